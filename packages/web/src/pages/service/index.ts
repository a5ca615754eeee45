export { ServiceDrawer } from './service-drawer.tsx';
export type { TabSearch } from './service-tab.ts';
export { SharedVariables } from './variables/shared-variables.tsx';
