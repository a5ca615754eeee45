/** What the lines of a stack update tell of its resources; the terminal reads them by the same code. */
export {
  type DownloadEvent,
  nameOfUrn,
  parseStackEvent,
  type StackDiagnostic,
  type StackEvent,
  type StackProgress,
  type StackResource,
  type StackTreeRow,
  shortResourceType,
} from '@davit/api/browser';
