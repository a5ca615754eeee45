export { registerTerminalRoutes } from './terminal-routes.ts';
