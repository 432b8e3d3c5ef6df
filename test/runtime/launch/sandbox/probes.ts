/**
 * The probes, and what each of them is to reach. `open` where a layer does not hold: known, and said in docs/security.md.
 * `cage`: bubblewrap alone, which is what native code meets, since it gets round Node's flags.
 */
export type Outcome = 'blocked' | 'open';
export type Backend = 'both' | 'cage' | 'flags';

export const backends: Record<Backend, string> = { both: 'bubblewrap and Node flags', cage: 'bubblewrap alone', flags: 'Node flags and limits alone' };

export interface Probe {
  name: string;
  /** What it tries, for the table. */
  tries: string;
  both: Outcome;
  cage: Outcome;
  flags: Outcome;
}

const probe = (name: string, tries: string, both: Outcome, cage: Outcome, flags: Outcome): Probe => ({ name, tries, both, cage, flags });

export const probes: Probe[] = [
  probe('read-file', "read a file of the user", 'blocked', 'blocked', 'blocked'),
  probe('read-etc', 'read /etc/passwd', 'blocked', 'blocked', 'blocked'),
  probe('list-folder', 'list a folder of the user', 'blocked', 'blocked', 'blocked'),
  probe('other-plugin', "read another plugin's files", 'blocked', 'blocked', 'blocked'),
  probe('write-file', 'write a file outside', 'blocked', 'blocked', 'blocked'),
  probe('write-plugin', 'write into its own folder', 'blocked', 'blocked', 'blocked'),
  probe('planted-link', 'read through a link that it made', 'blocked', 'blocked', 'blocked'),
  probe('native-read', 'read a picture of the user through native code', 'blocked', 'blocked', 'open'),
  probe('own-environment', 'find a key of the user in its environment', 'blocked', 'blocked', 'blocked'),
  probe('first-environment', 'find it in that of process 1', 'blocked', 'blocked', 'blocked'),
  probe('host-environment', "find it in that of the host's process", 'blocked', 'blocked', 'blocked'),
  probe('host-processes', 'see processes of the user', 'blocked', 'blocked', 'blocked'),
  probe('descriptors', 'use a file that the host was started with', 'blocked', 'blocked', 'blocked'),
  probe('shell', 'start a shell', 'blocked', 'blocked', 'blocked'),
  probe('node-again', 'start Node again, without flags', 'blocked', 'open', 'blocked'),
  probe('user-namespace', 'make a user namespace of its own', 'blocked', 'blocked', 'blocked'),
  probe('other-user', 'become another user', 'blocked', 'blocked', 'blocked'),
  probe('signal-host', "signal the host's process", 'blocked', 'blocked', 'blocked'),
  probe('signal-sibling', 'signal another worker', 'blocked', 'blocked', 'blocked'),
  probe('fork-bomb', 'start 400 processes', 'blocked', 'blocked', 'blocked'),
  probe('threads', 'start a thread, which has no flags', 'blocked', 'open', 'blocked'),
  probe('tcp-loopback', 'connect to a server on this machine', 'blocked', 'blocked', 'open'),
  probe('tcp-outer', 'connect to it by its outer address', 'blocked', 'blocked', 'open'),
  probe('fetch-host', 'fetch from it', 'blocked', 'blocked', 'open'),
  probe('udp', 'send a datagram', 'blocked', 'blocked', 'open'),
  probe('dns', 'ask a name server', 'blocked', 'blocked', 'open'),
  probe('unix-socket', 'connect to a Unix socket', 'blocked', 'blocked', 'open'),
  probe('abstract-socket', 'connect to an abstract socket', 'blocked', 'blocked', 'open'),
  probe('memory', 'allocate 4 GiB', 'blocked', 'blocked', 'blocked'),
  probe('fill-disk', 'fill the disk', 'blocked', 'blocked', 'blocked'),
  probe('fill-shared-memory', 'fill the shared memory', 'blocked', 'blocked', 'blocked'),
  probe('spin', 'never answer', 'blocked', 'blocked', 'blocked'),
  probe('spin-later', 'compute while nothing is asked of it', 'blocked', 'blocked', 'blocked'),
  probe('late-answer', 'answer after its time', 'blocked', 'blocked', 'blocked'),
  probe('log-flood', 'drown the host in output', 'blocked', 'blocked', 'blocked'),
  probe('question-flood', 'drown it in questions', 'blocked', 'blocked', 'blocked'),
  probe('broken-frame', 'send what is no message', 'blocked', 'blocked', 'blocked'),
  probe('huge-answer', 'answer with 64 MiB', 'blocked', 'blocked', 'blocked'),
  probe('prototype-answer', "change the host's objects by an answer", 'blocked', 'blocked', 'blocked'),
  probe('code-from-text', 'run code from a text', 'blocked', 'open', 'blocked'),
  probe('builtins-around', 'load built-in modules past the imports', 'blocked', 'open', 'blocked'),
  probe('internal-binding', "use Node's internals", 'blocked', 'open', 'blocked'),
  probe('inspector', 'open a debugger', 'blocked', 'open', 'blocked'),
  probe('changed-builtins', 'change built-in objects', 'blocked', 'open', 'blocked'),
];

/** The table of docs/security.md. */
export function probeTable(): string {
  const word = { blocked: 'blocked', open: '**open**' };
  const names = Object.keys(backends) as Backend[];
  return [
    `| A plugin tries to | ${names.map((name) => backends[name]).join(' | ')} |`,
    `| --- | ${names.map(() => '---').join(' | ')} |`,
    ...probes.map((row) => `| ${row.tries} | ${names.map((name) => word[row[name]]).join(' | ')} |`),
  ].join('\n');
}
