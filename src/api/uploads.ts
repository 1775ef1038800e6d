/** Owns `POST /uploads`: a file is streamed to the data folder, hashed on the way, and gets an id that imports and assets take. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Caller } from '../useCases/callers.ts';
import { storeUpload } from '../useCases/uploads.ts';
import { toGlobalId } from './globalIds.ts';

/** Bytes of one upload. */
export const UPLOAD_LIMIT_BYTES = 512 * 1024 * 1024;

/** Points that an upload costs its caller. */
const UPLOAD_POINTS = 20;

/** Serves uploads: the body is the file, `x-file-name` its name; needs the scope imports:write. */
export function serveUploads(
  app: FastifyInstance,
  admit: (request: FastifyRequest, points: number) => Promise<Caller>,
): void {
  app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', (_request, payload, done) => done(null, payload));
    scope.post('/uploads', { bodyLimit: UPLOAD_LIMIT_BYTES }, async (request, reply) => {
      const caller = await admit(request, UPLOAD_POINTS);
      const name = request.headers['x-file-name'];
      const stored = await storeUpload(caller, {
        fileName: typeof name === 'string' ? decoded(name) : 'upload',
        bytes: request.body as AsyncIterable<Uint8Array>,
        limitBytes: UPLOAD_LIMIT_BYTES,
      });
      return reply
        .code(201)
        .send({ uploadId: toGlobalId('Upload', stored.id), sha256: stored.sha256, bytes: String(stored.bytes) });
    });
  });
}

/** A file name as it was before it was made fit for a header; as it came where it is not encoded. */
function decoded(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}
