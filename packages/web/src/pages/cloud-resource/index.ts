export { CloudResourceDrawer } from './cloud-resource-drawer.tsx';
export { NewCloudResourceDrawer } from './new/new-cloud-resource-drawer.tsx';
export type { ResourceSearch } from './resource-tab.ts';
