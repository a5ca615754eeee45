export type { LineSelection, LogLine, LogSearch, LogSource } from './log-source.ts';
export { LogViewer, type LogViewerHandle } from './log-viewer.tsx';
export { useLoadedLogSearch } from './use-loaded-log-search.ts';
export { useMatchPosition } from './use-match-position.ts';
