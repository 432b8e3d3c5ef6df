/** Where `plugin login` keeps addresses and keys: one file, for its owner only. */
import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, isAbsolute, join } from 'node:path';
import { z } from 'zod';
import { Failure, messageOf, systemCode } from '../errors/index.js';
import { makeFolder, replaceFile } from '../files/index.js';

const profile = z.object({
  base_url: z.string(),
  namespace: z.string(),
  /** Null for a host without keys. */
  api_key: z.string().nullable(),
  /** Whether plain HTTP to another machine was accepted. */
  insecure: z.boolean().default(false),
});
export type Profile = z.infer<typeof profile>;

const content = z.object({ version: z.literal(1), profiles: z.record(z.string(), profile) });

export type Profiles = Record<string, Profile>;

/** `PLUGSMITH_CONFIG_DIR`, else `$XDG_CONFIG_HOME/plugsmith`, else `~/.config/plugsmith`; in it `credentials.json`. */
export function credentialsFile(env: NodeJS.ProcessEnv = process.env): string {
  const own = env['PLUGSMITH_CONFIG_DIR'];
  const xdg = env['XDG_CONFIG_HOME'];
  const folder = own ? own : xdg && isAbsolute(xdg) ? join(xdg, 'plugsmith') : join(homedir(), '.config', 'plugsmith');
  return join(folder, 'credentials.json');
}

/** The profiles by name; none where there is no file. @throws Failure `credentials-unreadable` */
export async function readProfiles(file: string): Promise<Profiles> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return {};
    throw unreadable(file, messageOf(error));
  }
  try {
    return content.parse(JSON.parse(text)).profiles;
  } catch {
    // What the parsers say may quote a key.
    throw unreadable(file, 'it is not what plugin login writes');
  }
}

/** Adds or replaces one profile. The file appears whole, mode 0600. @throws Failure `credentials-unreadable`, `credentials-not-written` */
export async function writeProfile(file: string, name: string, added: Profile): Promise<void> {
  const profiles = { ...(await readProfiles(file)), [name]: added };
  try {
    makeFolder(dirname(file), 0o700);
    replaceFile(file, `${JSON.stringify({ version: 1, profiles }, null, 2)}\n`, { mode: 0o600, durable: true });
  } catch (error) {
    throw new Failure({ code: 'credentials-not-written', message: `${file} cannot be written: ${messageOf(error)}.`, why: 'The key was not saved.', next: 'Name a folder that you may write to in PLUGSMITH_CONFIG_DIR.', details: { file }, cause: error });
  }
}

function unreadable(file: string, reason: string): Failure {
  return new Failure({ code: 'credentials-unreadable', message: `${file} cannot be read: ${reason}.`, why: 'It holds the hosts and keys of plugin login.', next: 'Mend or remove the file, then: plugin login', details: { file } });
}
