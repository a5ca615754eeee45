export { CommandPalette } from './command-palette.tsx';
export { type Command, useCommands } from './command-registry.ts';
export { openCommandPalette } from './palette-state.ts';
