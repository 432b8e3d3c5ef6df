import { describe } from 'vitest';
import { testRowCases } from './rowCases.js';

describe('SEQ001 finds', () => {
  testRowCases('SEQ001', [
    { name: 'another program, waited for', lines: [6, 7, 8], code: `
import * as processes from 'node:child_process';
import { execFile, spawnSync } from 'node:child_process';
import { promisify } from 'node:util';
const exec = promisify(execFile);
export async function process(batch: Batch) { for (const row of batch.rows()) {
  row.probe = (await exec('ffprobe', [row.data])).stdout;
  row.frame = spawnSync('ffmpeg', ['-i', row.data]).stdout;
  row.text = processes.execFileSync('pdftotext', [row.data, '-']);
} }` },
    { name: 'a promise made of a callback', lines: [5], code: `
import { promisify } from 'node:util';
import ffmpeg from 'fluent-ffmpeg';
const probe = promisify(ffmpeg.ffprobe);
export async function process(batch: Batch) {
  for (const row of batch.rows()) row.duration = (await probe(row.data)).format.duration;
}` },
    { name: 'download', lines: [3], code: `
import { downloadAsset } from "plugsmith";
export async function process(batch: Batch) {
  for (const row of batch.rows()) row.path = (await downloadAsset(row.data)).path;
}` },
    { name: 'download then batched model', lines: [4], code: `
import { openAsset } from "plugsmith";
export async function process(batch: Batch, model: Model) { const files = [];
  for (const row of batch.rows()) {
    files.push(await openAsset(row.data));
  }
  return batch.withColumn("e", await model.run(stack(files)));
}` },
    { name: 'ctx assets open', lines: [4], code: `
export async function process(batch: Batch, ctx: Context) {
  const out = [];
  for (let i = 0; i < batch.numRows; i++)
    out.push(await ctx.assets.open(batch.get(i).data));
}` },
    { name: 'storage read', lines: [4], code: `
export class P { constructor(private storage: Storage) {}
  async process(batch: Batch) {
    for (const row of batch.rows()) {
      row.bytes = await this.storage.read(row.data);
    }
  }
}` },
    { name: 'timers/promises', lines: [5], code: `
import { setTimeout as wait } from "node:timers/promises";
export async function process(batch: Batch) {
  for (const row of batch.rows()) {
    row.x = 1;
    await wait(100);
  }
}` },
    { name: 'inline timeout promise', lines: [3], code: `
export async function process(batch: Batch) {
  for (const row of batch.rows()) {
    await new Promise((r) => setTimeout(r, 10));
    row.x = 1;
  }
}` },
    { name: 'ffmpeg', lines: [4], code: `
import { ffmpegExtractFrames } from "./media.js";
export async function process(batch: Batch) {
  for (const row of batch.rows()) {
    row.frames = await ffmpegExtractFrames(row.data);
  }
}` },
    { name: 'fluent ffmpeg', lines: [4], code: `
import ffmpeg from "fluent-ffmpeg";
export async function process(batch: Batch) {
  for (const row of batch.rows()) {
    await new Promise((done) => ffmpeg(row.data).on("end", done).save("x"));
  }
}` },
    { name: 's3', lines: [4], code: `
import { S3Client, GetObjectCommand } from "@aws-sdk/client-s3";
const s3 = new S3Client({});
export async function process(batch: Batch) {
  for (const row of batch.rows()) { const { Body } = await s3.send(new GetObjectCommand({ Key: row.data })); row.b = Body; }
}` },
    { name: 'redis', lines: [4], code: `
import { createClient } from "redis";
const redis = createClient();
export async function process(batch: Batch) { for (const row of batch.rows())
  row.cached = await redis.get(row.document_id);
}` },
    { name: 'db', lines: [3], code: `
export async function process(batch: Batch, db: Database) {
  for (const row of batch.rows()) {
    const [hit] = await db.query("select 1 where id = $1", [row.document_id]);
    row.hit = hit;
  }
}` },
    { name: 'forEach async download', lines: [2], code: `
export async function process(batch: Batch) {
  batch.toArray().forEach(async (row) => { row.path = await downloadAsset(row.data); });
  return batch;
}` },
    { name: 'column iteration', lines: [4], code: `
export async function process(batch: Batch) {
  const out = [];
  for (const url of batch.column("data")) {
    out.push(await downloadAsset(url, ".jpg"));
  }
}` },
    { name: 'helper downloads', lines: [7], code: `
class P {
  async fetchOne(url: string) { const a = await downloadAsset(url);
    return a.path;
  }
  async process(batch: Batch) {
    for (const row of batch.rows())
      row.path = await this.fetchOne(row.data);
  }
}` },
    { name: 'parallelIo of one', lines: [3], code: `
export async function process(batch: Batch) {
  for (const row of batch.rows()) {
    row.path = await parallelIo([row.data], downloadAsset, { maxWorkers: 1 });
  }
}` },
    { name: 'upload', lines: [3], code: `
export async function process(batch: Batch, storage: Storage) {
  for await (const row of batch.rowsAsync()) {
    await storage.put(row.document_id, row.data);
  }
}` },
    { name: 'cache await', lines: [4], code: `
export async function process(batch: Batch, cache: Cache) {
  const out = [];
  for (const row of batch.rows())
    out.push(await cache.get(row.document_id));
}` },
    { name: 'reduce chain downloads', lines: [3], code: `
export async function process(batch: Batch) {
  await batch.toArray().reduce((p, row) => p.then(() =>
    downloadAsset(row.data)), Promise.resolve());
}` },
    { name: 'while shift', lines: [4], code: `
export async function process(batch: Batch) {
  const urls = batch.column("data").toArray(); let url;
  while ((url = urls.shift())) {
    await downloadAsset(url);
  }
}` },
    { name: 'fs read', lines: [3], code: `
import { readFile } from "node:fs/promises";
export async function process(batch: Batch) {
  for (const row of batch.rows()) row.text = await readFile(row.data, "utf8");
}` },
    { name: 'pg', lines: [4], code: `
import { Pool } from "pg";
const pool = new Pool();
export async function process(batch: Batch) { for (const row of batch.rows())
  row.hit = (await pool.query("select $1", [row.document_id])).rows[0];
}` },
    { name: 'sqlite', lines: [4], code: `
import Database from "better-sqlite3";
const find = new Database("x.db").prepare("select 1");
export function process(batch: Batch) { for (const row of batch.rows())
  row.hit = find.get(row.document_id);
}` },
    { name: 'fs promises', lines: [3], code: `
import fs from "node:fs/promises";
export async function process(batch: Batch) { for (const row of batch.rows())
  row.text = await fs.readFile(row.data);
}` },
  ]);
});

describe('SEQ001 leaves alone', () => {
  testRowCases('SEQ001', [
    { name: 'sleep between chunks', code: `
const sleep = (ms: number) => new Promise((r) => setTimeout(r, ms));
export async function process(batch: Batch, llm: Llm) {
  const rows = batch.toArray();
  for (let i = 0; i < rows.length; i += 16) {
    await concurrentApiCalls(rows.slice(i, i + 16), (r) => llm.generate({ text: r.data }));
    await sleep(1000);
  }
}` },
    { name: 'temp files cleaned', code: `
import { unlink } from "node:fs/promises";
export async function process(batch: Batch) {
  const files = await parallelIo(batch.column("data").toArray(), (u) => downloadAsset(u));
  return batch.withColumn("path", [...files.values()].map((f) => f.path));
}` },
    { name: 'load image prepares', code: `
export async function process(batch: Batch, model: Model) {
  const tensors = [];
  for (const row of batch.rows()) { const img = await loadImage(row.data); tensors.push(this.preprocess(img)); }
  const out = await model.run(stack(tensors));
  return batch.withColumn("e", out);
}` },
    { name: 'sharp prepares', code: `
import sharp from "sharp";
export async function process(batch: Batch, model: Model) {
  const px = [];
  for (const row of batch.rows()) px.push(await sharp(row.data).resize(224, 224).raw().toBuffer());
  return batch.withColumn("e", await model.run(stack(px)));
}` },
    { name: 'abort timeout', code: `
export async function process(batch: Batch) {
  for (const row of batch.rows()) { const t = setTimeout(() => {}, 10); row.x = parse(row.data); clearTimeout(t); }
}` },
    { name: 'Map set get', code: `
export function process(batch: Batch) {
  const store = new Map(); const index = {};
  for (const row of batch.rows()) { store.set(row.document_id, row); index[row.document_id] = store.get(row.document_id); }
  return batch;
}` },
    { name: 'write back', code: `
export function process(batch: Batch, results: string[]) {
  for (const [i, row] of batch.toArray().entries()) row.set("r", results[i]);
  return batch;
}` },
  ]);
});
