/** An archive that comes as a form: one file, and fields before or after it. */
import type { IncomingMessage } from 'node:http';
import { PassThrough } from 'node:stream';
import { badRequest, HttpError, invalid } from '../http/errors.js';
import type { Blobs, Received } from './blobs.js';

export interface Form {
  fields: Record<string, string>;
  file: Received;
}

/**
 * Reads the whole form; the file goes to the staging folder, from where the caller keeps or discards it.
 * @throws HttpError 400 (no form, or cut), 413, 422 (no file, or several)
 */
export async function receiveForm(request: IncomingMessage, blobs: Blobs, limit: number): Promise<Form> {
  // The package is CommonJS: once it is bundled, its default export is all that there is.
  const { Busboy } = (await import('@fastify/busboy')).default;
  const type = request.headers['content-type'];
  if (type === undefined || !/^multipart\/form-data;.*boundary=/i.test(type)) throw badRequest('The body is not a form of the type multipart/form-data.');
  const parser = new Busboy({ headers: { ...request.headers, 'content-type': type }, limits: { files: 2, fields: 20, fieldSize: 10_000, parts: 30 } });
  const fields: Record<string, string> = {};
  const files: Promise<Received>[] = [];
  const bodies: PassThrough[] = [];
  parser.on('field', (name, value) => (fields[name] = value));
  parser.on('file', (_name, stream) => {
    const body = new PassThrough();
    stream.pipe(body);
    // Where the form ends inside the file, only the file's stream tells; and whoever reads the body may not have begun yet.
    stream.on('error', () => body.destroy(damaged()));
    body.on('error', () => undefined);
    const received = blobs.receive(body, { limit });
    // What the file fails with is met below; until then what still comes is thrown away.
    received.catch(() => stream.unpipe(body).resume());
    bodies.push(body);
    files.push(received);
  });
  try {
    await parsed(request, parser);
  } catch (error) {
    for (const body of bodies) body.destroy(error as Error);
    await discardAll(blobs, files);
    throw error instanceof HttpError ? error : damaged();
  }
  const [file, ...others] = files;
  if (file === undefined || others.length > 0) {
    await discardAll(blobs, files);
    throw invalid('The form needs exactly one file.', { validation_errors: [{ type: 'file', location: ['body', 'file'], message: 'exactly one file is needed' }] });
  }
  return { fields, file: await file };
}

const damaged = (): HttpError => badRequest('The form was cut off, or is damaged.');

function parsed(request: IncomingMessage, parser: NodeJS.WritableStream): Promise<void> {
  return new Promise((done, fail) => {
    parser.on('finish', done);
    parser.on('error', (error) => {
      request.unpipe(parser);
      request.resume();
      fail(error);
    });
    request.on('error', fail);
    request.on('close', () => (request.complete ? undefined : fail(new Error('cut'))));
    request.pipe(parser);
  });
}

async function discardAll(blobs: Blobs, files: readonly Promise<Received>[]): Promise<void> {
  for (const result of await Promise.allSettled(files)) if (result.status === 'fulfilled') await blobs.discard(result.value);
}
