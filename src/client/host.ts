/** A host, one method for each of its routes that we use. Knows nothing of files, waiting or terminals. */
import type { z } from 'zod';
import { ExitCode, Failure } from '../errors/index.js';
import { type Answer, type Call, type Http, headerOf, parse, read, type Streamed } from './http.js';
import { HostRefusal, readError, refusalOf } from './refusal.js';
import * as shapes from './shapes.js';

export type DeploymentType = 'batch_only';

export interface UploadRequest {
  name: string;
  /** `X.Y.Z` */
  version: string;
  description?: string | undefined;
  bytes: number;
  /** 64 hex digits. Our hosts bind the upload to it; others ignore the key. */
  sha256: string;
}

export interface LogQuery {
  /** Lines after this number; from the first unless told. */
  after?: number | undefined;
  limit?: number | undefined;
  /** Keep the answer open for lines to come. */
  follow?: boolean;
  signal?: AbortSignal | undefined;
}

/** How long a host may check an archive of 500 MB. */
const CHECK_MS = 600_000;

export class Host {
  constructor(
    readonly http: Http,
    readonly namespace: string,
  ) {}

  private get base(): string {
    return `/v1/namespaces/${encodeURIComponent(this.namespace)}`;
  }

  async plugins(): Promise<shapes.PluginSummary[]> {
    return (await this.ask(shapes.pluginList, { method: 'GET', path: `${this.base}/plugins` })).plugins;
  }

  /** @param withDownload the answer names an address of the archive, too. @throws HostRefusal `not-found` */
  plugin(id: string, { withDownload = false } = {}) {
    return this.ask(shapes.pluginAnswer, { method: 'GET', path: this.of(id), query: withDownload ? { return_presigned_urls: true } : {} });
  }

  /** The plugin, or null where the host has none of this id. */
  async findPlugin(id: string): Promise<shapes.PluginDocument | null> {
    try {
      return (await this.plugin(id)).plugin;
    } catch (error) {
      if (error instanceof HostRefusal && error.status === 404 && error.code === 'not-found') return null;
      throw error;
    }
  }

  createUpload({ name, version, description, bytes, sha256 }: UploadRequest) {
    return this.ask(shapes.created, { method: 'POST', path: `${this.base}/plugins/uploads`, body: { name, version, ...(description && { description }), file_size_bytes: bytes, sha256 } });
  }

  /** What the host makes of an uploaded archive. A refused one is an answer here, not an error, where the host answers with 200. */
  confirmUpload(uploadId: string, body: { etag: string | null; file_size_bytes: number }) {
    return this.ask(shapes.confirmed, { method: 'POST', path: `${this.base}/plugins/uploads/${encodeURIComponent(uploadId)}/confirm`, body, patienceMs: CHECK_MS }, { mayFail: true });
  }

  /** @param network what the workers may reach; nothing unless told */
  deploy(id: string, { type, network }: { type?: DeploymentType | undefined; network?: 'full' | undefined } = {}) {
    return this.ask(shapes.deployAnswer, { method: 'POST', path: `${this.of(id)}/deploy`, query: { deployment_type: type, network } });
  }

  /** @param repeat false where the caller counts failures itself */
  status(id: string, { repeat = true, signal }: Pick<Call, 'repeat' | 'signal'> = {}): Promise<shapes.PluginStatus> {
    return this.ask(shapes.statusAnswer, { method: 'GET', path: `${this.of(id)}/status`, repeat, patienceMs: 20_000, signal });
  }

  undeploy(id: string) {
    return this.ask(shapes.done, { method: 'POST', path: `${this.of(id)}/undeploy` });
  }

  /** Deletes a version. One that is gone when the request is repeated after a cut connection was deleted by it. */
  async remove(id: string): Promise<z.infer<typeof shapes.deleted>> {
    const call: Call = { method: 'DELETE', path: this.of(id) };
    const answer = await this.http.send(call);
    if (answer.status === 404 && answer.attempts > 1) return { plugin_id: id, message: null, deployment_removed: null };
    return this.take(shapes.deleted, call, answer);
  }

  rollback(name: string, version: string) {
    return this.ask(shapes.rolledBack, { method: 'POST', path: `${this.base}/plugins/by-name/${encodeURIComponent(name)}/rollback`, body: { version } });
  }

  /** Makes an organisation's plugin usable in this namespace. */
  enable(id: string, body: { params?: Record<string, unknown> | undefined; deploy: boolean }) {
    return this.ask(shapes.enabled, { method: 'POST', path: `${this.base}/plugins/org/${encodeURIComponent(id)}/enable`, body });
  }

  disable(id: string) {
    return this.ask(shapes.enabled, { method: 'POST', path: `${this.base}/plugins/org/${encodeURIComponent(id)}/disable` });
  }

  /** Calls the realtime service of a plugin by its name, id or feature URI. Sent once: a call may cost money. */
  infer(target: { inference_name: string } | { feature_uri: string }, inputs: Record<string, unknown>, parameters: Record<string, unknown>, patienceMs: number) {
    return this.ask(shapes.inferred, { method: 'POST', path: '/v1/inference', body: { ...target, inputs, parameters }, repeat: false, patienceMs, headers: { 'x-namespace': this.namespace } });
  }

  /** The log as it comes; lines of JSON. @throws HostRefusal */
  async logs(id: string, { after, limit, follow, signal }: LogQuery): Promise<Streamed> {
    const call: Call = { method: 'GET', path: `${this.of(id)}/logs`, query: { after, limit, follow: follow || undefined }, patienceMs: 300_000, signal };
    const answer = await this.http.open(call);
    if (answer.status === 200) return answer;
    const text = await read(answer.body, this.http.connection.baseUrl);
    throw await this.refused(call, { ...answer, text, json: parse(text), attempts: 1 });
  }

  async secrets(): Promise<string[]> {
    return (await this.ask(shapes.secretNames, { method: 'GET', path: '/v1/organizations/secrets' })).secrets;
  }

  /** Makes a secret, or gives an existing one a new value. @returns whether it is new */
  async setSecret(name: string, value: string): Promise<boolean> {
    try {
      await this.ask(shapes.done, { method: 'POST', path: '/v1/organizations/secrets', body: { secret_name: name, secret_value: value } });
      return true;
    } catch (error) {
      if (!(error instanceof HostRefusal) || error.status !== 409) throw error;
      await this.ask(shapes.done, { method: 'PUT', path: `/v1/organizations/secrets/${encodeURIComponent(name)}`, body: { secret_name: name, secret_value: value } });
      return false;
    }
  }

  removeSecret(name: string) {
    return this.ask(shapes.done, { method: 'DELETE', path: `/v1/organizations/secrets/${encodeURIComponent(name)}` });
  }

  /** The namespaces that the key may use. */
  namespaces(): Promise<shapes.Namespace[]> {
    return this.ask(shapes.namespaceList, { method: 'POST', path: '/v1/namespaces/list', body: {} });
  }

  /** What the key may do; null where the host does not tell. */
  async identity(): Promise<{ key_id: string; scopes: string[] } | null> {
    try {
      return await this.ask(shapes.identity, { method: 'GET', path: '/v1/keys/current' });
    } catch (error) {
      if (error instanceof HostRefusal && error.code === 'not-supported') return null;
      throw error;
    }
  }

  /** How the host itself does. One that is starting or stopping answers with 503, which is an answer here. */
  async health() {
    const call: Call = { method: 'GET', path: '/v1/health', repeat: false };
    const answer = await this.http.send(call);
    return this.take(shapes.health, call, answer.status === 503 && answer.json !== undefined ? { ...answer, status: 200 } : answer);
  }

  close(): Promise<void> {
    return this.http.close();
  }

  private of(id: string): string {
    return `${this.base}/plugins/${encodeURIComponent(id)}`;
  }

  private async ask<S extends z.ZodType>(shape: S, call: Call, options: { mayFail?: boolean } = {}): Promise<z.output<S>> {
    return this.take(shape, call, await this.http.send(call), options);
  }

  /** An answer of the shape, or the failure that it is. */
  private async take<S extends z.ZodType>(shape: S, call: Call, answer: Answer, { mayFail = false }: { mayFail?: boolean } = {}): Promise<z.output<S>> {
    if (answer.status < 200 || answer.status > 299) throw await this.refused(call, answer);
    // A deletion may be answered with nothing.
    const body = answer.status === 204 ? {} : answer.json;
    if (!mayFail && (body as { success?: unknown } | null | undefined)?.success === false) throw failedInside(call, answer);
    const parsed = shape.safeParse(body);
    if (parsed.success) return parsed.data;
    const { baseUrl } = this.http.connection;
    throw new Failure({
      code: 'bad-answer',
      message: `${baseUrl} answered ${call.method} ${call.path} with something else than a host of plugins does.`,
      why: body === undefined ? 'The answer is not JSON.' : `In the answer: ${parsed.error.issues.map((issue) => `${issue.path.join('.') || 'the whole'}: ${issue.message}`).slice(0, 3).join('; ')}.`,
      next: 'Check the address with: plugin whoami',
      details: { status: answer.status, request: `${call.method} ${call.path}` },
      exitCode: ExitCode.host,
    });
  }

  /** Where the answer could not have come from a host of plugins, one question tells whether there is one. */
  private async refused(call: Call, answer: Answer): Promise<Failure> {
    const failure = refusal(call, answer);
    if (!failure.strange) return failure;
    const list: Call = { method: 'GET', path: `${this.base}/plugins` };
    const probe = call.path === list.path ? answer : await this.http.send(list);
    const known = probe.status >= 200 && probe.status < 300 ? shapes.pluginList.safeParse(probe.json).data : undefined;
    if (known !== undefined) return missing(call, answer, failure, known.plugins);
    const other = refusal(list, probe);
    return other.strange || probe.json === undefined ? notPluginHost(this.http.connection.baseUrl, answer.status) : other;
  }
}

function refusal({ method, path }: Call, { status, json, text, headers }: Answer): HostRefusal {
  return refusalOf({ status, json, text, retryAfter: headerOf(headers, 'retry-after'), request: `${method} ${path}` });
}

/** The host serves plugins, so what was asked for is missing: the plugin, or the whole route. */
function missing(call: Call, { status }: Answer, failure: HostRefusal, plugins: readonly shapes.PluginSummary[]): Failure {
  const id = /\/plugins\/(?!uploads|by-name|org\b)([^/]+)/.exec(call.path)?.[1];
  const isThere = plugins.some((plugin) => plugin.plugin_id === id);
  const details = { status, request: `${call.method} ${call.path}` };
  const options = { status, type: failure.type, retryAfter: null, strange: false, details };
  if (status === 404 && id !== undefined && !isThere) return new HostRefusal({ ...options, code: 'not-found', message: `There is no plugin ${decodeURIComponent(id)} in this namespace.`, why: 'The host serves plugins, but not this one.', next: 'See what there is: plugin list' });
  return new HostRefusal({ ...options, code: 'not-supported', message: `This host does not know ${call.method} ${call.path}.`, why: 'It serves plugins, but this is something it does not do.', next: 'Update the host, or do without.' });
}

function notPluginHost(baseUrl: string, status: number): Failure {
  return new Failure({
    code: 'no-plugin-host',
    message: `${baseUrl}: this host does not serve plugins.`,
    why: `Its list of plugins is answered with ${status}. Uploads, deployments and realtime calls need a dedicated deployment, or a host of your own.`,
    next: 'Give the address of another host with --base-url, or start one: plugin host start',
    details: { status },
    exitCode: ExitCode.host,
  });
}

/** 200 with `success: false`: nothing happened. */
function failedInside({ method, path }: Call, { status, json }: Answer): Failure {
  const { message = 'The host says that it failed, without a reason.', details = null } = readError(json) ?? {};
  return new Failure({ code: 'refused', message, why: `The host answered ${method} ${path} with success: false.`, next: 'Mend what the message names.', details: { status, ...(details && { host_details: details }) }, exitCode: ExitCode.host });
}
