import { ApiError, UnreachableError } from '@davit/api';

/** What davit tells of a failure, of a call as of a run. */
export interface ToldFailure {
  readonly reason: string;
  /** What to do about it. */
  readonly hint: string | null;
  readonly code: string | null;
}

/** One line for a person: what failed, what to do about it, and the code by which it is looked up. */
export function explainFailure({ reason, hint, code }: ToldFailure): string {
  return [reason, hint ?? '', code === null ? '' : `(${code})`].filter((part) => part !== '').join(' ');
}

/** What a person reads of a failure: what davit refused, where, and what to do about it. */
export function explainError(error: unknown): string {
  if (error instanceof ApiError) {
    const { detail, code, hint, errors } = error.problem;
    const places = errors.map(({ pointer, detail: what }) => ` ${pointer}: ${what}.`).join('');
    return explainFailure({ reason: `${detail}${places}`, hint, code });
  }
  if (error instanceof UnreachableError) return `${error.message} Is davit running there? See davit:url and DAVIT_URL.`;
  if (error instanceof DOMException && error.name === 'TimeoutError') {
    return 'This took longer than its timeout. Raise it with the option `customTimeouts`.';
  }
  return error instanceof Error ? error.message : String(error);
}

/** Whether davit says that there is no such thing. */
function isGone(error: unknown): boolean {
  return error instanceof ApiError && error.status === 404 && error.code !== 'NOT_DAVIT';
}

/** The answer, or undefined when what it is about is not there. */
export async function unlessGone<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (isGone(error)) return undefined;
    throw error;
  }
}

/** The same for a deletion of what a service has: with a service that is being deleted all of it goes. */
export async function unlessGoing<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await unlessGone(answer);
  } catch (error) {
    if (error instanceof ApiError && error.code === 'SERVICE_BEING_DELETED') return undefined;
    throw error;
  }
}

/** A creation that is refused since the name is taken: says whose it is, and how it is taken over. */
export async function createOrExplain<T extends { id: string }>(
  create: Promise<T>,
  type: string,
  urn: string,
  findTaken: () => Promise<string | undefined>,
): Promise<T> {
  try {
    return await create;
  } catch (error) {
    if (!(error instanceof ApiError) || !error.code.endsWith('_NAME_TAKEN')) throw error;
    const id = await findTaken().catch(() => undefined);
    const name = urn.slice(urn.lastIndexOf('::') + 2);
    const hint =
      id === undefined
        ? 'Choose another name.'
        : `Choose another name, or take over the one that is there: pulumi import davit:index:${type} ${name} ${id}`;
    throw new Error(`${error.problem.detail} ${hint} (${error.code})`, { cause: error });
  }
}
