/** What a worker's process inherits: an allow-list, so that keys in the user's shell stay there. */

const ALLOWED = new Set([
  'PATH', 'HOME', 'LANG', 'TZ', 'TMPDIR', 'TEMP', 'TMP',
  'HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY', 'ALL_PROXY', 'http_proxy', 'https_proxy', 'no_proxy', 'all_proxy',
  'SSL_CERT_FILE', 'SSL_CERT_DIR', 'NODE_EXTRA_CA_CERTS', 'XDG_CACHE_HOME', 'PLUGSMITH_CACHE_DIR', 'LD_LIBRARY_PATH',
]);
const PREFIXES = ['LC_', 'HF_', 'CUDA_'];

/** @param extra variables the user named with --env-file and --secret */
export function workerEnvironment(extra: Readonly<Record<string, string>> = {}, parent: NodeJS.ProcessEnv = process.env): Record<string, string> {
  const env: Record<string, string> = {};
  for (const [name, value] of Object.entries(parent)) {
    if (value !== undefined && (ALLOWED.has(name) || PREFIXES.some((prefix) => name.startsWith(prefix)))) env[name] = value;
  }
  return { ...env, ...extra, ORT_DISABLE_TELEMETRY: '1' };
}
