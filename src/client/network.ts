/** What can go wrong before a host has answered. */
import { ExitCode, Failure, messageOf, systemCode } from '../errors/index.js';

/** The connection was made and then lost; what was asked may or may not have happened. */
const CUT = ['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET', 'UND_ERR_REQ_CONTENT_LENGTH_MISMATCH', 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH', 'HPE_INVALID_CONSTANT'];
const SLOW = ['UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT', 'UND_ERR_CONNECT_TIMEOUT', 'ETIMEDOUT'];
const UNKNOWN = ['ENOTFOUND', 'EAI_AGAIN'];

/** A request without an answer. */
export class NetworkFailure extends Failure {
  /** Whether the connection broke, so that the same request may do better. */
  readonly cut: boolean;

  constructor(options: ConstructorParameters<typeof Failure>[0] & { cut: boolean }) {
    super({ ...options, exitCode: ExitCode.host });
    this.cut = options.cut;
  }
}

/** @param origin where the request went, without path or query: those may be signed */
export function networkFailure(error: unknown, origin: string): NetworkFailure {
  const code = systemCode(error) ?? systemCode((error as { cause?: unknown } | null)?.cause) ?? '';
  const details = { host: origin, error: code || messageOf(error) };
  const is = (codes: string[]): boolean => codes.includes(code);
  if (code === 'ECONNREFUSED') {
    return new NetworkFailure({ code: 'host-unreachable', message: `Nothing answers at ${origin}.`, why: 'No program listens there.', next: 'Start a host with: plugin host start. Or check the address with: plugin whoami', details, cut: false });
  }
  if (is(UNKNOWN)) return new NetworkFailure({ code: 'host-unreachable', message: `The address of ${origin} cannot be found.`, why: 'Its name is not known to this machine, or the network is down.', next: 'Check the address with: plugin whoami', details, cut: false });
  if (is(SLOW)) return new NetworkFailure({ code: 'host-timeout', message: `${origin} gave no answer in time.`, why: 'The host is overloaded or stuck, or something on the way drops the connection.', next: 'Try again; look at the host if it is yours: plugin host status', details, cut: true });
  if (/CERT|SELF_SIGNED|UNABLE_TO|ERR_TLS|ERR_SSL/.test(code)) {
    return new NetworkFailure({ code: 'host-not-trusted', message: `The certificate of ${origin} is not trusted: ${messageOf(error)}.`, why: 'Nobody can tell who answers there.', next: 'Give the certificate of its authority in NODE_EXTRA_CA_CERTS.', details, cut: false });
  }
  if (is(CUT) || /terminated|other side closed|socket hang up/i.test(messageOf(error))) {
    return new NetworkFailure({ code: 'connection-cut', message: `The connection to ${origin} was cut.`, why: 'The host, or something on the way, ended it before the answer was complete.', next: 'Run the command again.', details, cut: true });
  }
  return new NetworkFailure({ code: 'host-unreachable', message: `${origin} cannot be reached: ${messageOf(error)}.`, why: 'The request got no answer.', next: 'Check the address with: plugin whoami', details, cut: false });
}
