// What programs leave behind: they are run in a home and a temporary folder of their own, which are looked at afterwards.
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { root } from './steps.mjs';

/** Native code that reports usage writes such files, whatever the temporary folder is. */
const TELEMETRY_LOG = /^mat-debug-/;

/**
 * Runs `work` with an environment whose HOME and TMPDIR are new and empty and that does not say CI,
 * because some libraries write files only where they do not find it.
 * @param {(env: NodeJS.ProcessEnv) => Promise<T>} work
 * @returns {Promise<{ result: T, left: string[] }>} files that lie where they should not
 * @template T
 */
export async function withTraces(work) {
  const base = mkdtempSync(join(tmpdir(), 'plugsmith-traces-'));
  // Some tests run the command as another user, who has to get at what lies in here.
  chmodSync(base, 0o755);
  const home = join(base, 'home');
  const temporary = join(base, 'tmp');
  for (const folder of [home, temporary]) mkdirSync(folder);
  const before = new Set(logs());
  try {
    const result = await work(environment(home, temporary));
    // Our own cache folder is where things may stay.
    const left = files(home).filter((file) => !file.startsWith(join('.cache', 'plugsmith')));
    return { result, left: [...left.map((file) => `~/${file}`), ...files(temporary).map((file) => `$TMPDIR/${file}`), ...logs().filter((file) => !before.has(file))] };
  } finally {
    rmSync(base, { recursive: true, force: true });
  }
}

function environment(home, temporary) {
  const env = { ...process.env, HOME: home, TMPDIR: temporary };
  // npm keeps its cache and logs in the home folder, which is npm's affair; and it needs the user's settings.
  env['npm_config_cache'] = join(root, '.cache', 'npm');
  if (existsSync(join(homedir(), '.npmrc'))) env['npm_config_userconfig'] ??= join(homedir(), '.npmrc');
  for (const name of ['CI', 'CONTINUOUS_INTEGRATION', 'GITHUB_ACTIONS', 'XDG_CACHE_HOME', 'XDG_CONFIG_HOME', 'PLUGSMITH_CACHE_DIR', 'ORT_DISABLE_TELEMETRY']) delete env[name];
  return env;
}

function files(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)));
}

function logs() {
  return readdirSync('/tmp').filter((name) => TELEMETRY_LOG.test(name)).map((name) => join('/tmp', name));
}
