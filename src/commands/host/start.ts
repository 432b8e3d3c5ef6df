import { Flags } from '@oclif/core';
import { Failure, messageOf } from '../../errors/index.js';
import { readSmallFile } from '../../files/index.js';
import type { HostEvent, RunningHost } from '../../host/index.js';
import { onExit, type Outcome, PlugsmithCommand, printable, serve, withEnv } from '../../ui/index.js';
import { hostFolder } from '../shared/host-folder.js';

interface Result {
  url: string;
  folder: string;
}

export default class HostStart extends PlugsmithCommand<Result> {
  static override summary = 'Run a host of plugins on this machine';
  static override description =
    'Serves until it is stopped: Ctrl+C lets requests finish, a second one ends it at once. All its state is in one folder. The first start of a folder makes an admin key and shows it this once. With --json the event "listening" on stderr holds the address.';
  static override examples = ['<%= config.bin %> host start', '<%= config.bin %> host start --folder ./state --port 0 --no-auth'];
  static override flags = withEnv({
    folder: Flags.string({ helpValue: 'DIR', description: 'the folder of its state; ~/.local/share/plugsmith/host unless told' }),
    port: Flags.integer({ helpValue: 'PORT', min: 0, max: 65_535, default: 8700, description: 'port to listen on; 0 takes a free one' }),
    bind: Flags.string({ default: '127.0.0.1', helpValue: 'ADDRESS', description: 'address to listen on' }),
    'no-auth': Flags.boolean({ description: 'let everyone in, without keys; on loopback only' }),
    'tls-cert': Flags.string({ dependsOn: ['tls-key'], helpValue: 'FILE', description: 'certificate, PEM; needed beyond loopback' }),
    'tls-key': Flags.string({ dependsOn: ['tls-cert'], helpValue: 'FILE', description: 'its key, PEM' }),
    insecure: Flags.boolean({ description: 'allow plain HTTP beyond loopback, for a proxy in front that does TLS' }),
    'public-url': Flags.string({ helpValue: 'URL', description: 'where clients reach it, when a proxy is in front: the URLs that it signs begin with it' }),
    sandbox: Flags.option({ options: ['auto', 'required', 'off'] as const, default: 'auto', description: 'how plugins are confined: auto takes what this machine offers, required wants bubblewrap' })(),
    strict: Flags.boolean({ description: 'refuse forbidden calls in the code of bundled packages too, not only in the plugin' }),
  });

  protected async execute(): Promise<Outcome<Result>> {
    const { flags } = await this.parse(HostStart);
    const { startHost } = await import('../../host/index.js');
    const folder = hostFolder(flags.folder);
    const { 'tls-cert': cert, 'tls-key': key } = flags;
    const host = await startHost({
      folder, port: flags.port, bind: flags.bind, noAuth: flags['no-auth'], insecure: flags.insecure, sandbox: flags.sandbox, strict: flags.strict,
      ...(flags['public-url'] !== undefined && { publicUrl: flags['public-url'] }),
      ...(cert !== undefined && key !== undefined && { tls: await readTls(cert, key) }),
      onEvent: (event) => this.show(event),
    });
    serve();
    onExit(async () => {
      this.ui.note('Stopping: requests are let finish. Stop it again to end at once.');
      await host.close();
      if (this.ui.json) this.ui.document({ url: host.url, folder });
    });
    this.tell(host, folder);
    const error = await host.stopped;
    if (error !== null) throw error;
    return { result: { url: host.url, folder } };
  }

  private tell({ url, adminKey, warnings }: RunningHost, folder: string): void {
    for (const warning of warnings) this.ui.warn(warning);
    this.ui.event({ type: 'listening', url, folder, pid: process.pid, ...(adminKey !== null && { admin_key: adminKey }) });
    this.ui.out([`Listening on ${url}`, `folder     ${folder}`, ...(adminKey === null ? [] : [`admin key  ${adminKey}   (shown this once: keep it)`]), '', `${this.ui.theme.dim('Next:')} in another terminal: plugin login --base-url ${url}`].join('\n'));
  }

  private show({ level, code, message }: HostEvent): void {
    const text = `${code}: ${printable(message)}`;
    if (level === 'info') this.ui.detail(text);
    else this.ui.warn(text);
  }

  protected render(): string {
    return 'Stopped.';
  }
}

/** @throws Failure `file-unreadable`, `tls-unusable` */
async function readTls(certFile: string, keyFile: string): Promise<{ cert: string; key: string }> {
  const tls = { cert: readPem(certFile), key: readPem(keyFile) };
  const { createSecureContext } = await import('node:tls');
  try {
    createSecureContext(tls);
    return tls;
  } catch (error) {
    throw new Failure({ code: 'tls-unusable', message: `${certFile} and ${keyFile} make no TLS: ${messageOf(error)}.`, why: 'Nobody could connect.', next: 'Give a certificate and its own key, both as PEM (-----BEGIN ...).', cause: error });
  }
}

function readPem(file: string): string {
  try {
    return readSmallFile(file);
  } catch (error) {
    throw new Failure({ code: 'file-unreadable', message: `${file} cannot be read: ${messageOf(error)}.`, why: 'TLS needs certificate and key.', next: 'Check the path.' });
  }
}
