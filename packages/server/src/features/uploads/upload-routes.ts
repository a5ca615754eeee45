import type { FastifyInstance } from 'fastify';
import { uploadRoute } from '../../platform/http/route.ts';
import { rawContentTypes } from '../../platform/http/route-definition.ts';
import { uploadSchema } from './upload.ts';
import type { UploadService } from './upload-service.ts';

/** `/v1/uploads`: folders sent as tar archives. */
export function registerUploadRoutes(app: FastifyInstance, { uploads }: { uploads: UploadService }): void {
  uploadRoute(app, {
    method: 'POST',
    path: '/v1/uploads',
    tag: 'uploads',
    operationId: 'createUpload',
    summary: 'Upload a folder as a tar archive, plain or compressed with gzip or zstd',
    policy: { role: 'developer' },
    contentTypes: rawContentTypes,
    bodyLimit: uploads.limit,
    response: uploadSchema,
    status: 201,
    handle: ({ principal, body }) => uploads.store(principal, body),
  });
}
