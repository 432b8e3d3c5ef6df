/**
 * One command, measured from outside: wall time, CPU of its whole process tree, peak memory, first output.
 * Linux only: all of it comes from /proc.
 */
import { spawn, spawnSync } from 'node:child_process';
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/** Length of a tick of /proc/PID/stat, in seconds; Linux has had this one for user space for ever. */
const TICK_S = 0.01;
const SAMPLE_MS = 20;

/**
 * @typedef {object} Measured
 * @property {number} wall_s
 * @property {number} cpu_s user and system time of the command and of all its descendants that were waited for
 * @property {number} peak_mb largest sum of resident memory over the tree, sampled; shared pages count in each process
 * @property {number | null} first_output_s until the watched file held more than `atLeast` bytes
 */

/**
 * @param {string[]} argv program and arguments
 * @param {{ watch?: string[], atLeast?: number, cwd?: string, env?: Record<string, string> }} [options]
 *   `watch`: files of which the first to grow beyond `atLeast` bytes (4,096 unless told) counts as first output
 * @returns {Promise<Measured>}
 * @throws Error with the end of its output when the command fails
 */
export function measure([program, ...args], { watch = [], atLeast = 4096, cwd, env } = {}) {
  // What the one before left in memory goes to the disk first: `plugin run` waits for its own bytes there, and not for another's.
  spawnSync('sync');
  return new Promise((resolve, reject) => {
    const before = childrenSeconds();
    const started = performance.now();
    const child = spawn(program, args, { cwd, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (output = (output + text).slice(-2000)));
    let peak = 0;
    let first = null;
    const sample = setInterval(() => {
      peak = Math.max(peak, treeBytes(child.pid));
      if (first === null && watch.some((file) => sizeOf(file) > atLeast)) first = (performance.now() - started) / 1000;
    }, SAMPLE_MS);
    child.on('error', reject);
    child.on('close', (code) => {
      clearInterval(sample);
      const wall = (performance.now() - started) / 1000;
      if (code !== 0) reject(new Error(`${[program, ...args].join(' ')} ended with ${code}:\n${output}`));
      else resolve({ wall_s: wall, cpu_s: childrenSeconds() - before, peak_mb: peak / 1024 / 1024, first_output_s: watch.length === 0 ? null : (first ?? wall) });
    });
  });
}

/**
 * CPU time of all children that this process has waited for, their own waited-for children included. A worker counts
 * when the command waits for it, as it does for every worker before it ends, whatever process group the worker is in.
 */
function childrenSeconds() {
  const fields = statFields('self');
  return (Number(fields[13]) + Number(fields[14])) * TICK_S;
}

/** Fields of /proc/PID/stat after the command's name, which may hold spaces itself. */
function statFields(pid) {
  const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
  return text.slice(text.lastIndexOf(')') + 2).split(' ');
}

/** Resident bytes of a process and its descendants; 0 for those that are gone. */
function treeBytes(pid) {
  try {
    const own = Number(readFileSync(`/proc/${pid}/statm`, 'latin1').split(' ')[1]) * 4096;
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'latin1').trim();
    return children === '' ? own : children.split(' ').reduce((sum, child) => sum + treeBytes(child), own);
  } catch {
    return 0;
  }
}

/** A run's unfinished output carries the run's id in its name, which nobody knows beforehand: `*` stands for it. */
function sizeOf(file) {
  const [start, end] = basename(file).split('*');
  const folder = dirname(file);
  const name = end === undefined ? start : readdirSync(folder).find((entry) => entry.startsWith(start) && entry.endsWith(end));
  return name === undefined ? 0 : (statSync(join(folder, name), { throwIfNoEntry: false })?.size ?? 0);
}
