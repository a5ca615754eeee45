export { DeleteProjectDialog } from './delete-project-dialog.tsx';
export { EditProjectDialog } from './edit-project-dialog.tsx';
export { NAME_IN_WORDS } from './project-name.ts';
