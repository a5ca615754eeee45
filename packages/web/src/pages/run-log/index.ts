export { RunLog } from './run-log.tsx';
