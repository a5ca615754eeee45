export { DeleteProjectDialog, type DeleteProjectDialogProps } from './delete-project-dialog.tsx';
export { EditProjectDialog, type EditProjectDialogProps } from './edit-project-dialog.tsx';
