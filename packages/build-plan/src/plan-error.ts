/** The closed list of ways in which planning fails. */
export type PlanErrorCode =
  /** Nothing in the folder says what it is. */
  | 'PLAN_NOT_DETECTED'
  /** The language is clear, but not what to start. */
  | 'PLAN_NO_START'
  /** Several things could be started, and guessing would be wrong half of the time. */
  | 'PLAN_AMBIGUOUS_START'
  /** Only a Dockerfile, which this builder does not read. */
  | 'PLAN_DOCKERFILE_ONLY'
  /** A file that decides the plan cannot be understood; `path`, `line` and `column` say where. */
  | 'PLAN_INVALID_FILE'
  /** A file that decides the plan is larger than is read. */
  | 'PLAN_FILE_TOO_LARGE'
  /** A symbolic link that decides the plan points out of the source. */
  | 'PLAN_LINK_LEAVES_FOLDER'
  /** A path is absolute or climbs out of the source. */
  | 'PLAN_PATH_OUTSIDE'
  /** The source or the chosen root folder is not a folder. */
  | 'PLAN_FOLDER_MISSING'
  /** The build ended without the file that was to be started. */
  | 'PLAN_ARTIFACT_MISSING'
  /** The build left several files that could be started. */
  | 'PLAN_ARTIFACT_AMBIGUOUS';

export interface PlanErrorOptions {
  /** What a person can do about it, one or two sentences. */
  hint: string;
  /** Relative to the source's root. */
  path?: string | undefined;
  /** From 1. */
  line?: number | undefined;
  /** From 1. */
  column?: number | undefined;
  cause?: unknown;
}

/** The only error that planning throws on purpose. Its message holds paths of the source, never contents of its files. */
export class PlanError extends Error {
  override readonly name = 'PlanError';
  readonly code: PlanErrorCode;
  readonly hint: string;
  readonly path: string | undefined;
  readonly line: number | undefined;
  readonly column: number | undefined;

  constructor(code: PlanErrorCode, message: string, options: PlanErrorOptions) {
    super(message, { cause: options.cause });
    this.code = code;
    this.hint = options.hint;
    this.path = options.path;
    this.line = options.line;
    this.column = options.column;
  }
}

/** A file that is there but cannot be understood: one sentence that names file and position. */
export function invalidFile(
  path: string,
  problem: string,
  position: { line?: number | undefined; column?: number | undefined; cause?: unknown } = {},
): PlanError {
  const at =
    position.line === undefined ? '' : `:${position.line}${position.column === undefined ? '' : `:${position.column}`}`;
  return new PlanError('PLAN_INVALID_FILE', `${path}${at}: ${problem}`, {
    hint: `Correct ${path} in the source and deploy again.`,
    path,
    ...position,
  });
}
