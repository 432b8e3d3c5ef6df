/** Uploads: a signed URL, the archive, and the check. For namespaces and for the organization. */
import { z } from 'zod';
import { featureUri, namePattern, pluginId, versionPattern } from '../../../manifest/index.js';
import { organization } from '../../access/namespaces.js';
import { isoTime } from '../../clock.js';
import type { HostContext } from '../../context.js';
import { killPoint } from '../../kill-points.js';
import type { Blobs } from '../../plugins/blobs.js';
import type { Confirmer } from '../../plugins/confirm.js';
import type { PluginRecord } from '../../plugins/plugins.js';
import type { UploadRecord, Uploads } from '../../plugins/uploads.js';
import { receiveForm } from '../../plugins/form.js';
import { badRequest, forbidden, invalid, notFound, tooLarge, tooMany } from '../errors.js';
import { fingerprintOf } from '../idempotency.js';
import { Answer, baseOf, type Call, inNamespace, optional, type Route, route, signedQuery } from '../route.js';
import { deploymentStatus, sha256, time, validationStatus } from '../schemas.js';
import { archiveUrl } from './plugins.js';

export interface UploadParts {
  uploads: Uploads;
  blobs: Blobs;
  confirmer: Confirmer;
}

/** Whatever can be read as one is taken, `v1` and `1.0` too. */
const versionSchema = z.string().regex(versionPattern, 'is not a version of the form X.Y.Z').describe('X.Y.Z; v1 and 1.0 are completed');
const nameSchema = z.string().regex(namePattern, 'must be a letter, then 2 to 63 letters, digits or underscores');
const descriptionSchema = z.string().max(500).nullable();

const newUpload = z.object({
  name: nameSchema,
  version: versionSchema.nullable().optional(),
  description: descriptionSchema.optional(),
  file_size_bytes: z.int().min(1).max(524_288_000).nullable().optional(),
  sha256: sha256.nullable().optional().describe('Of the archive; other bytes are refused then'),
  presigned_url_expiration: z.int().min(60).max(86_400).default(3600),
});

const created = { upload_id: z.string(), presigned_url: z.string(), s3_key: z.string(), expires_at: time, name: z.string(), version: z.string() };
const confirmed = z.object({
  success: z.boolean(), upload_id: z.string(), plugin_id: z.string().nullable(), validation_status: validationStatus, validation_errors: z.array(z.string()).nullable(),
  deployment_status: deploymentStatus, feature_uri: z.string().nullable(), s3_archive_url: z.string().nullable(), code_hash: sha256.nullable(), message: z.string().nullable(),
});
const confirmBody = optional(z.object({ etag: z.string().nullable().optional(), file_size_bytes: z.int().min(0).nullable().optional(), message: z.string().max(500).nullable().optional() }));
const uploadId = z.object({ upload_id: z.string().max(64) });

export function uploadRoutes(host: HostContext, parts: UploadParts): Route[] {
  return [
    route({
      id: 'createPluginUpload', method: 'POST', path: '/v1/namespaces/:namespace_id/plugins/uploads', access: 'upload', tag: 'uploads', summary: 'A signed URL for an archive',
      params: inNamespace, body: newUpload, response: { 200: z.object({ ...created, namespace_id: z.string() }) },
      handler: (call) => create(host, parts, call, call.body, call.namespace.namespace_id),
    }),
    route({
      id: 'createOrganizationPluginUpload', method: 'POST', path: '/v1/plugins/uploads', access: 'upload', tag: 'organization', summary: 'A signed URL for an archive of the organization',
      body: newUpload, response: { 200: z.object({ ...created, organization_id: z.string() }) },
      handler: (call) => create(host, parts, call, call.body, ownOrganization(call)),
    }),
    route({
      id: 'confirmPluginUpload', method: 'POST', path: '/v1/namespaces/:namespace_id/plugins/uploads/:upload_id/confirm', access: 'upload', tag: 'uploads', summary: 'Checks an uploaded archive',
      params: inNamespace.extend(uploadId.shape), body: confirmBody, response: { 200: confirmed },
      handler: (call) => confirm(parts, call.params.upload_id, call.body ?? {}, call.namespace.namespace_id, call.principal.id),
    }),
    route({
      id: 'confirmOrganizationPluginUpload', method: 'POST', path: '/v1/plugins/uploads/:upload_id/confirm', access: 'upload', tag: 'organization', summary: 'Checks an uploaded archive of the organization',
      params: uploadId, body: confirmBody, response: { 200: confirmed },
      handler: (call) => confirm(parts, call.params.upload_id, call.body ?? {}, ownOrganization(call), call.principal.id),
    }),
    putArchive(host, parts),
    uploadForm(host, parts),
  ];
}

/** What belongs to the organization is for keys that are not bound to namespaces. */
export function ownOrganization({ principal }: Pick<Call, 'principal'>): string {
  if (principal.namespaces !== null) throw forbidden('The key is bound to namespaces, and this belongs to the organization.');
  return organization;
}

function create(host: HostContext, { uploads }: UploadParts, call: Call, body: z.output<typeof newUpload>, owner: string): unknown {
  const { name, version, description = null, file_size_bytes: bytes = null, sha256: digest = null, presigned_url_expiration: seconds } = body;
  const answer = call.commit(() => {
    const upload = uploads.create({ owner, name, version: version ?? undefined, description, bytes, sha256: digest, life: seconds * 1000, actor: call.principal.id });
    const query = host.signer.sign({
      method: 'PUT', subject: upload.uploadId, owner, expires: upload.expiresAt, limit: host.limits.archiveBytes,
      ...(bytes === null ? {} : { length: bytes }), ...(digest === null ? {} : { sha256: digest }),
    });
    return {
      upload_id: upload.uploadId, presigned_url: `${baseOf(host, call)}/v1/uploads/${upload.uploadId}?${query}`, s3_key: `${owner}/plugins/${upload.uploadId}/${pluginId(name, upload.version)}.zip`,
      expires_at: isoTime(upload.expiresAt), name, version: upload.version, ...(owner === organization ? { organization_id: owner } : { namespace_id: owner }),
    };
  });
  killPoint('upload.row');
  return answer;
}

async function confirm({ uploads, confirmer }: UploadParts, id: string, given: { etag?: string | null | undefined; file_size_bytes?: number | null | undefined }, owner: string, actor: string): Promise<Answer> {
  const upload = uploads.find(owner, id);
  if (upload === undefined) throw notFound(`Upload not found: ${id}`);
  const etag = given.etag?.replace(/^(W\/)?"?|"?$/g, '') || null;
  if (etag !== null && upload.sha256 !== null && etag !== upload.sha256) throw badRequest('The ETag is not that of the archive that arrived.', { code: 'etag-differs' });
  const size = given.file_size_bytes ?? null;
  if (size !== null && upload.bytes !== null && size !== upload.bytes) throw badRequest(`The archive that arrived has ${upload.bytes} bytes, not ${size}.`, { code: 'length-differs' });
  const { status, body } = await confirmer.confirm(upload, actor, (plugin) => confirmation(upload, plugin));
  return new Answer(status, body);
}

function confirmation({ uploadId: id }: Pick<UploadRecord, 'uploadId'>, plugin: PluginRecord): z.output<typeof confirmed> {
  return {
    success: true, upload_id: id, plugin_id: plugin.pluginId, validation_status: 'passed', validation_errors: null, deployment_status: 'pending',
    feature_uri: featureUri(plugin.name, plugin.version), s3_archive_url: archiveUrl(plugin), code_hash: plugin.codeHash, message: 'The archive passed its checks. Deploy it to use it.',
  };
}

/** Takes the archive. The signature is all the permission it needs; the type of the body does not matter. */
function putArchive(host: HostContext, { uploads, blobs }: UploadParts): Route {
  let receiving = 0;
  return route({
    id: 'putArchive', method: 'PUT', path: '/v1/uploads/:upload_id', access: 'signed', tag: 'uploads', summary: 'Takes an archive at its signed URL', stream: 'application/zip',
    params: uploadId, query: signedQuery, body: z.string().meta({ format: 'binary' }), response: { 200: z.undefined().describe('The header ETag holds the sha256 of the archive') },
    handler: async ({ params, query, request }) => {
      const grant = host.signer.verify('PUT', params.upload_id, query);
      if (grant === undefined) throw forbidden(host.signer.explain(query), { code: 'signature' });
      if (grant.expires <= host.clock.now()) throw forbidden('The URL has expired. Ask for a new one.', { code: 'expired' });
      const upload = uploads.find(grant.owner, params.upload_id);
      if (upload === undefined) throw notFound(`Upload not found: ${params.upload_id}`);
      const length = Number(request.headers['content-length'] ?? Number.NaN);
      if (length > grant.limit) throw tooLarge(`The archive is larger than ${grant.limit} bytes.`);
      if (grant.length !== undefined && Number.isFinite(length) && length !== grant.length) throw badRequest(`${length} bytes are announced; the URL is for ${grant.length}.`, { code: 'length-differs' });
      if (receiving >= host.limits.parallelUploads) throw tooMany('Too many uploads at the same time.', 2);
      receiving += 1;
      try {
        const received = await blobs.receive(request.raw, grant);
        try {
          host.store.transaction(() => {
            uploads.received(upload.uploadId, received.sha256, received.bytes);
            blobs.keep(received);
          });
        } catch (error) {
          await blobs.discard(received);
          throw error;
        }
        killPoint('put.committed');
        return new Answer(200, undefined, { ETag: `"${received.sha256}"` });
      } finally {
        receiving -= 1;
      }
    },
  });
}

const form = z.object({ name: nameSchema, version: versionSchema.optional(), description: descriptionSchema.optional() });
const uploaded = confirmed.omit({ upload_id: true, code_hash: true });

/** Creation, transfer and check in one request. */
function uploadForm(host: HostContext, { uploads, blobs, confirmer }: UploadParts): Route {
  return route({
    id: 'uploadPlugin', method: 'POST', path: '/v1/namespaces/:namespace_id/plugins', access: 'upload', tag: 'uploads', summary: 'Takes an archive as a form, and checks it', stream: 'multipart/form-data',
    params: inNamespace, body: form.extend({ file: z.string().meta({ format: 'binary' }) }), response: { 200: uploaded },
    handler: async (call) => {
      const { fields, file } = await receiveForm(call.request.raw, blobs, host.limits.archiveBytes);
      const owner = call.namespace.namespace_id;
      let upload: UploadRecord;
      try {
        const stored = call.begin(fingerprintOf(owner, fields, file.sha256));
        if (stored !== undefined) {
          await blobs.discard(file);
          return stored;
        }
        const { name, version, description = null } = formOf(fields);
        upload = host.store.transaction(() => {
          const { uploadId: id } = uploads.create({ owner, name, version, description, bytes: file.bytes, sha256: file.sha256, life: 3600_000, actor: call.principal.id });
          uploads.received(id, file.sha256, file.bytes);
          blobs.keep(file);
          return uploads.find(owner, id) as UploadRecord;
        });
      } catch (error) {
        await blobs.discard(file);
        throw error;
      }
      const { status, body } = await confirmer.confirm(upload, call.principal.id, (plugin) => confirmation(upload, plugin));
      if (status !== 200) return new Answer(status, body);
      const { upload_id: _id, code_hash: _hash, ...answer } = body as z.output<typeof confirmed>;
      return answer;
    },
  });
}

/** @throws HttpError 422 */
function formOf(fields: Record<string, string>): z.output<typeof form> {
  const { data, error } = form.safeParse(fields);
  if (data !== undefined) return data;
  const errors = error.issues.map((issue) => ({ type: issue.code, location: ['body', ...issue.path.map(String)], message: issue.message }));
  throw invalid(errors.map(({ location, message }) => `${location.join('.')}: ${message}`).join('; '), { validation_errors: errors });
}
