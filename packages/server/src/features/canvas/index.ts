export { registerCanvasRoutes } from './canvas-routes.ts';
export { createCanvasService } from './canvas-service.ts';
