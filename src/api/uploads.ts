/** Owns `POST /uploads`: a file is streamed to the data folder, hashed on the way, and gets an id that imports and assets take. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { AppError } from '../kernel/errors.ts';
import type { Caller } from '../useCases/callers.ts';
import { storeUpload } from '../useCases/uploads.ts';
import { toGlobalId } from './globalIds.ts';

/** Bytes of one upload. */
export const UPLOAD_LIMIT_BYTES = 512 * 1024 * 1024;

/** Serves uploads: the body is the file, `x-file-name` its name; needs the scope imports:write. */
export function serveUploads(
  app: FastifyInstance,
  callerOfRequest: (request: FastifyRequest) => Promise<Caller | null>,
): void {
  app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', (_request, payload, done) => done(null, payload));
    scope.post('/uploads', { bodyLimit: UPLOAD_LIMIT_BYTES }, async (request, reply) => {
      const caller = await callerOfRequest(request);
      if (!caller) throw new AppError('UNAUTHENTICATED', 'No token was sent.');
      const name = request.headers['x-file-name'];
      const stored = await storeUpload(caller, {
        fileName: typeof name === 'string' ? decodeURIComponent(name) : 'upload',
        bytes: request.body as AsyncIterable<Uint8Array>,
        limitBytes: UPLOAD_LIMIT_BYTES,
      });
      return reply
        .code(201)
        .send({ uploadId: toGlobalId('Upload', stored.id), sha256: stored.sha256, bytes: String(stored.bytes) });
    });
  });
}
