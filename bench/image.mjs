/**
 * Measures `plugin run` of the template `image` against a plain script of sharp and onnxruntime.
 *
 *   node bench/image.mjs [--pairs 5] [--rows 2000] [--width 640] [--height 480]
 *
 * Needs a built checkout (npm run build) and Linux. Goals are those against the script that decodes one picture after
 * the other; the one that decodes a batch at once, and so uses every core already, stands beside it without a goal.
 */
import { cpSync, existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import sharp from 'sharp';
import { DATA } from './lib/data.mjs';
import { measure } from './lib/measure.mjs';
import { report, summary } from './lib/report.mjs';
import { alternate, medians, speed } from './lib/rounds.mjs';

const { values } = parseArgs({ options: { pairs: { type: 'string', default: '5' }, rows: { type: 'string', default: '2000' }, width: { type: 'string', default: '640' }, height: { type: 'string', default: '480' } } });
const [pairs, rows, width, height] = [values.pairs, values.rows, values.width, values.height].map(Number);
/** Different files; rows name them in turn. */
const FILES = 200;
const CORES = availableParallelism();
const at = (path) => fileURLToPath(new URL(path, import.meta.url));

const plugin = join(DATA, 'plugins/image');
rmSync(plugin, { recursive: true, force: true });
cpSync(at('../templates/image'), plugin, { recursive: true });
const input = await pictures();

/** JPEG files as large as they are from a camera at this size: blobs of colour with grain. @returns the file of rows */
async function pictures() {
  const folder = join(DATA, `pictures-${width}x${height}`);
  if (!existsSync(folder)) {
    mkdirSync(`${folder}.partial`, { recursive: true });
    for (let i = 0; i < FILES; i++) {
      const grain = await sharp({ create: { width, height, channels: 3, background: '#888', noise: { type: 'gaussian', mean: 128, sigma: 12 } } }).png().toBuffer();
      const blobs = Array.from({ length: 6 }, (_, k) => `<circle cx="${(i * 97 + k * 211) % width}" cy="${(i * 61 + k * 137) % height}" r="${40 + ((i * 13 + k * 29) % 120)}" fill="hsl(${(i * 37 + k * 60) % 360} 70% 50%)" fill-opacity="0.6"/>`);
      const drawing = Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${blobs.join('')}</svg>`);
      await sharp(grain).composite([{ input: drawing }]).jpeg({ quality: 88 }).toFile(join(`${folder}.partial`, `${i}.jpg`));
    }
    renameSync(`${folder}.partial`, folder);
  }
  const file = join(DATA, `pictures-${rows}.jsonl`);
  writeFileSync(file, Array.from({ length: rows }, (_, i) => `${JSON.stringify({ id: `p${i}`, image: join(folder, `${i % FILES}.jpg`) })}\n`).join(''));
  return file;
}

async function runScript(how) {
  const output = join(DATA, 'out.script');
  const measured = await measure([process.execPath, at('baseline/image.mjs'), plugin, input, output, String(CORES), how], { watch: [output] });
  rmSync(output);
  return measured;
}

async function runPlugin(workers) {
  const output = join(DATA, 'out.arrow');
  const measured = await measure([process.execPath, at('../bin/plugin.js'), 'run', '--input', input, '--plugin', plugin, '--output', output, '--concurrency', String(workers)], { watch: [`${output}.*.partial`] });
  for (const left of [output, join(plugin, '.plugsmith/runs')]) rmSync(left, { recursive: true, force: true });
  return measured;
}

const results = await alternate({ one: () => runScript('one'), together: () => runScript('together'), one_worker: () => runPlugin(1), two_workers: () => runPlugin(2) }, pairs);
const withRate = (measured) => ({ ...medians(measured), rows_per_s: Math.round(rows / medians(measured).wall_s) });
const facts = {
  rows, pairs, cores: CORES, pixels: [width, height],
  script_one_by_one: withRate(results.one), script_together: withRate(results.together), one_worker: withRate(results.one_worker), two_workers: withRate(results.two_workers),
  speed: { one_worker: speed(results.one, results.one_worker), two_workers: speed(results.one, results.two_workers) },
  speed_against_together: { one_worker: speed(results.together, results.one_worker), two_workers: speed(results.together, results.two_workers) },
};
report('image', facts, {
  'speed with one worker': { value: facts.speed.one_worker.of_pairs, goal: 0.9, least: true },
  'speed with two workers': { value: facts.speed.two_workers.of_pairs, goal: 1.4, least: true },
});
summary();
