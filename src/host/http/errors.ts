/** Errors as the wire has them: `{success: false, status, error: {message, type, details?}}`. */
import { Failure, systemCode } from '../../errors/index.js';

/** A refusal that a client understands. */
export class HttpError extends Error {
  override readonly name = 'HttpError';

  constructor(
    readonly status: number,
    /** One of the contract's types. */
    readonly type: string,
    message: string,
    readonly details?: Record<string, unknown>,
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
  }
}

type Details = Record<string, unknown>;

export const badRequest = (message: string, details?: Details): HttpError => new HttpError(400, 'BadRequestError', message, details);
export const unauthorized = (message: string): HttpError => new HttpError(401, 'UnauthorizedError', message, undefined, { 'WWW-Authenticate': 'Bearer' });
export const forbidden = (message: string, details?: Details): HttpError => new HttpError(403, 'ForbiddenError', message, details);
export const quotaExceeded = (message: string, details?: Details): HttpError => new HttpError(403, 'QuotaExceededError', message, details);
export const notFound = (message: string): HttpError => new HttpError(404, 'NotFoundError', message);
export const conflict = (message: string, details?: Details): HttpError => new HttpError(409, 'AlreadyExistsError', message, details);
/** 409 for something that is not possible in the present state. */
export const wrongState = (message: string, details?: Details): HttpError => new HttpError(409, 'ConflictError', message, details);
export const tooLarge = (message: string): HttpError => new HttpError(413, 'PayloadTooLargeError', message);
export const invalid = (message: string, details?: Details): HttpError => new HttpError(422, 'ValidationError', message, details);
export const tooMany = (message: string, seconds: number): HttpError => new HttpError(429, 'TooManyRequestsError', message, undefined, { 'Retry-After': String(Math.max(1, Math.ceil(seconds))) });
export const unavailable = (message: string, seconds: number, details?: Details): HttpError =>
  new HttpError(503, 'InferenceServiceUnavailableError', message, details, { 'Retry-After': String(seconds) });

export interface ErrorBody {
  success: false;
  status: number;
  error: { message: string; type: string; details?: Details };
}

export function toBody({ status, type, message, details }: HttpError): ErrorBody {
  return { success: false, status, error: { message, type, ...(details === undefined ? {} : { details }) } };
}

/** Anything thrown as what the client is told, or undefined for a fault of ours. */
export function toHttpError(error: unknown): HttpError | undefined {
  if (error instanceof HttpError) return error;
  const code = systemCode(error);
  if (code === 'ENOSPC' || code === 'EDQUOT' || code === 'SQLITE_FULL') {
    return new HttpError(507, 'InsufficientStorageError', 'The disk of the host is full. Nothing was changed; reading still works.');
  }
  if (error instanceof Failure) return badRequest(error.message, { code: error.code, ...(error.next === undefined ? {} : { next: error.next }), ...error.details });
  return undefined;
}
