/** One request as the handler of its route sees it. What few handlers ask for is made when it is asked for. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Principal } from '../access/keys.js';
import type { Namespace } from '../access/namespaces.js';
import type { Store } from '../store/index.js';
import type { Gate } from './auth.js';
import type { Once } from './idempotency.js';
import { Answer, type Call } from './route.js';

/** What all requests share. */
export interface CallHost {
  store: Store;
  gate: Gate;
  /** Ends when the host stops for good. */
  stopping: AbortSignal;
}

export class RequestCall implements Call {
  readonly principal: Principal;
  private ending: AbortSignal | undefined;

  constructor(
    private readonly host: CallHost,
    readonly request: FastifyRequest,
    readonly reply: FastifyReply,
    /** Where the request has an Idempotency-Key. */
    private readonly once: Once | undefined,
  ) {
    this.principal = host.gate.principalOf(request);
  }

  get params(): unknown {
    return this.request.params;
  }

  get query(): unknown {
    return this.request.query;
  }

  get body(): unknown {
    return this.request.body;
  }

  get namespace(): Namespace {
    return this.host.gate.namespaceOf(this.request);
  }

  get base(): string {
    return `${this.request.protocol}://${this.request.host}`;
  }

  get signal(): AbortSignal {
    return (this.ending ??= AbortSignal.any([goneSignal(this.reply), this.host.stopping]));
  }

  // Handlers take these two out of the call.
  get commit(): Call['commit'] {
    return (work) =>
      this.host.store.transaction(() => {
        const result = work();
        this.once?.keep(toAnswer(result));
        return result;
      });
  }

  get begin(): Call['begin'] {
    return (fingerprint) => this.once?.begin(fingerprint);
  }
}

/** What a handler returned, as an answer. */
export function toAnswer(result: unknown): Answer {
  return result instanceof Answer ? result : new Answer(200, result);
}

/** Ends when the connection does. */
function goneSignal(reply: FastifyReply): AbortSignal {
  const gone = new AbortController();
  if (reply.raw.closed) gone.abort();
  else reply.raw.once('close', () => gone.abort());
  return gone.signal;
}
