/** How to speak with a Docker engine: what the agent and the server's adapters share. */
export * from './ask-registry.ts';
export * from './ending-mark.ts';
export * from './engine-client.ts';
export * from './log-frames.ts';
export * from './pull-image.ts';
