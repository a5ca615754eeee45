/** One line as a source gives it. The object must stay the same as long as the line does: what is worked out of it is kept by identity. */
export interface LogLine {
  /** As it was written, with its escape sequences; one line, without its line feed. */
  content: string;
  stream: 'stdout' | 'stderr' | 'system' | 'event';
  /** ISO 8601, or milliseconds. */
  at?: string | number;
  /** Whose line it is, where several write (the instance, the step). */
  label?: string;
}

/**
 * Where a log viewer gets its lines. Lines are counted by index: 0 is the first that the source knows of, `lineCount - 1` the last. A source paged by
 * sequence number knows its end and loads what is asked for; one paged by cursor knows what it has loaded, and says that there is more before it.
 */
export interface LogSource {
  lineCount: number;
  /** The number of the line with index 0 (1 for a run's output). Smaller by k after k lines were put before it: the view stays where it is. */
  firstNumber: number;
  /** The line, or undefined while it is not loaded. */
  getLine: (index: number) => LogLine | undefined;
  /** These lines (`to` not included) are in view or near it. Called again and again; loading twice is the source's to avoid. */
  requestRange: (from: number, to: number) => void;
  /** Changes with every line that came or went, so that the view looks again. */
  version: number;
  /** Tells of lines that came where none was loaded, if all else stays as it is: they are drawn without another source. Always the same function. */
  subscribe?: (listener: () => void) => () => void;
  /** More lines will come: the view follows the end. */
  live: boolean;
  /** Older lines may be had before index 0. */
  hasOlder?: boolean;
  /** The view is near index 0. */
  requestOlder?: () => void;
}

/** Lines by number, both ends included. */
export interface LineSelection {
  from: number;
  to: number;
}

/** A search over the whole log. The source's owner searches (on the server, or see useLoadedLogSearch); the viewer asks, shows and moves. */
export interface LogSearch {
  query: string;
  onQueryChange: (query: string) => void;
  /** How many lines match; undefined while that is not known. */
  matchCount: number | undefined;
  /** There are more than were counted. */
  more?: boolean;
  /** Position of the current match, from 0; -1 for none. */
  currentIndex: number;
  /** The number of the current match's line. */
  currentNumber: number | undefined;
  onMove: (step: 1 | -1) => void;
  busy?: boolean;
}
