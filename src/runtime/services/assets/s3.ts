/** Objects of S3 and of stores that speak like it: `s3://bucket/key`, with keys and endpoint as every AWS tool takes them. */
import type { Readable } from 'node:stream';
// Imported as a whole, since it is CommonJS: once bundled, `await import` of it would give no names. This file is loaded when it is needed.
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { Failure, messageOf } from '../../../errors/index.js';
import { Silence } from '../attempts.js';
import { badScheme, badStatus, fetchFailed, shownUrl, tooSlow } from './failures.js';
import { save, type Downloaded, type HttpOptions } from './http.js';
import type { Validators } from './store.js';

/** A variable or secret by name. */
export type Variable = (name: string) => string | undefined;

const ATTEMPTS = 4;
const REGION = 'us-east-1';

/**
 * The client of a run. Keys from `--secret` and `--env-file` come first, then whatever the SDK finds by itself
 * (environment, profiles, roles). `AWS_ENDPOINT_URL_S3` or `AWS_ENDPOINT_URL` leads to another store than Amazon's.
 */
export function s3Client(variable: Variable): S3Client {
  // Its warning about future versions of itself is none for those who run plugins.
  process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';
  const endpoint = variable('AWS_ENDPOINT_URL_S3') ?? variable('AWS_ENDPOINT_URL');
  const [accessKeyId, secretAccessKey, sessionToken] = ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN'].map(variable);
  return new S3Client({
    region: variable('AWS_REGION') ?? variable('AWS_DEFAULT_REGION') ?? REGION, maxAttempts: ATTEMPTS, followRegionRedirects: true,
    // Other stores seldom have a name for each bucket.
    ...(endpoint !== undefined && { endpoint, forcePathStyle: true }),
    ...(accessKeyId !== undefined && secretAccessKey !== undefined && { credentials: { accessKeyId, secretAccessKey, ...(sessionToken !== undefined && { sessionToken }) } }),
  });
}

/**
 * Writes the object to `file`; `null` where what an earlier download was told still holds.
 * @throws Failure `asset-scheme`, `asset-status`, `asset-credentials`, `asset-too-large`, `asset-slow`, `asset-failed`
 */
export async function downloadS3(url: string, file: string, known: Validators, client: S3Client, { maxBytes, limits }: HttpOptions, closing: AbortSignal): Promise<Downloaded | null> {
  const [, bucket, key] = /^s3:\/\/([^/]+)\/(.+?)(?:#sha256=[0-9a-f]{64})?$/i.exec(url) ?? [];
  if (bucket === undefined || key === undefined) throw badScheme(url);
  const clock = AbortSignal.timeout(limits.totalMs);
  const silence = new Silence(limits.silenceMs);
  const signal = AbortSignal.any([closing, clock, silence.signal]);
  try {
    const answer = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key, ...(known.etag !== undefined && { IfNoneMatch: known.etag }) }), { abortSignal: signal });
    silence.heard();
    const headers = { 'content-length': String(answer.ContentLength ?? ''), etag: answer.ETag, 'cache-control': answer.CacheControl };
    return await save(url, { headers, body: answer.Body as Readable }, file, maxBytes, silence, signal);
  } catch (error) {
    if (error instanceof Failure) throw error;
    if (clock.aborted) throw tooSlow(url, limits.totalMs / 1000, 'took longer');
    if (silence.signal.aborted) throw tooSlow(url, limits.silenceMs / 1000, 'stood still');
    const { name, $metadata: metadata } = error as Error & { $metadata?: { httpStatusCode?: number; attempts?: number } };
    if (metadata?.httpStatusCode === 304) return null;
    if (name === 'CredentialsProviderError') throw noKeys(url, error);
    if (metadata?.httpStatusCode !== undefined) throw badStatus(url, metadata.httpStatusCode, metadata.attempts ?? 1);
    throw fetchFailed(url, error, metadata?.attempts ?? 1);
  } finally {
    silence.stop();
  }
}

function noKeys(url: string, error: unknown): Failure {
  return new Failure({
    code: 'asset-credentials', message: `${shownUrl(url)} could not be fetched: there are no keys for it (${messageOf(error)}).`, why: 'S3 answers signed requests only.',
    next: 'Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE, in the environment or with --env-file.', details: { url: shownUrl(url) }, cause: error,
  });
}
