export { type Upload, uploadSchema } from './upload.ts';
export { uploadErrors } from './upload-errors.ts';
export { registerUploadRoutes } from './upload-routes.ts';
export { createUploadService, type UploadService } from './upload-service.ts';
