export { type Upload, uploadSchema } from './upload.ts';
export { findUploadFolderId } from './upload-folder.ts';
export { registerUploadRoutes } from './upload-routes.ts';
export { createUploadService, type UploadService } from './upload-service.ts';
