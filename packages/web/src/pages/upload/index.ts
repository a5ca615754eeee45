export type { PreparedSource } from './prepared-source.ts';
export { SourceChooser } from './source-chooser.tsx';
export { UploadVersionDialog } from './upload-version-dialog.tsx';
