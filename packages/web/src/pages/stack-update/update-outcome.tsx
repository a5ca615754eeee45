import { Link } from '@tanstack/react-router';
import type { StackDiagnostic, StackProgress } from '../../data/stack-progress.ts';
import { isUnderWay, type StackUpdate } from '../../data/use-stack-updates.ts';
import { Advice } from '../../ui/advice.tsx';
import { Alert } from '../../ui/alert.tsx';
import { UserText } from '../../ui/user-text.tsx';
import { operationNoun } from './update-words.ts';

/** Why an update failed or was canceled, in a sentence, and what to do; nothing while it goes on or went well. */
export function UpdateOutcome({ update, progress }: { update: StackUpdate; progress: StackProgress }) {
  const { status, reason, errorCode, hint, operation } = update;
  if (isUnderWay(update) || status === 'success') return null;
  const isFailed = status === 'failed';
  const cause = isFailed ? firstCause(progress) : undefined;
  const cut = [...progress.resources.values()].filter(({ state }) => state === 'started');
  return (
    <div role="alert" className="px-4 pb-3 md:px-5">
      <Alert
        tone={isFailed ? 'danger' : 'neutral'}
        title={`This ${operationNoun(operation)} ${isFailed ? 'failed' : 'was canceled'}`}
      >
        <div className="flex flex-col gap-1">
          {cause === undefined ? (
            reason === null ? null : (
              <UserText text={reason} className="break-words" />
            )
          ) : (
            <p className="min-w-0 break-words">
              {cause.name === undefined ? null : (
                <>
                  <UserText text={cause.name} className="font-medium" />:{' '}
                </>
              )}
              <UserText text={cause.text} />
            </p>
          )}
          {cut.length === 0 ? null : (
            <p>
              In flight when it ended: <UserText text={cut.map(({ name }) => name).join(', ')} />. Look at them at the
              provider, then refresh the resource.
            </p>
          )}
          <Advice hint={hint}>
            {errorCode?.startsWith('CREDENTIAL_') ? (
              <Link to="/organization/credentials" className="underline">
                To the credentials
              </Link>
            ) : null}
          </Advice>
        </div>
      </Alert>
    </div>
  );
}

interface Cause {
  /** Of the resource, where it is about one. */
  name: string | undefined;
  text: string;
}

/** The first error of a resource below the stack, else the first of the whole: the engine repeats them, less exactly, at its end. */
function firstCause({ resources, diagnostics }: StackProgress): Cause | undefined {
  const isError = ({ severity }: StackDiagnostic): boolean => severity === 'error';
  const all = [...resources.values()];
  const at =
    all.find((each) => each.parent !== null && each.diagnostics.some(isError)) ??
    all.find((each) => each.diagnostics.some(isError));
  // The engine tells an error of several lines in as many pieces.
  const said = (at?.diagnostics ?? diagnostics).filter(isError).map(({ message }) => message);
  if (said.length === 0) return undefined;
  return { name: at?.parent === null ? undefined : at?.name, text: sentenceOf(said.join('\n')) };
}

const longest = 300;

/** What a message says on one line: without the trace of a program, and without what every XML document begins with. */
function sentenceOf(message: string): string {
  const trace = message.search(/^\s+at /m);
  const said = trace > 0 ? message.slice(0, trace) : message;
  const text = said
    .replace(/<\?xml[^>]*\?>/g, '')
    .replaceAll(/\s+/g, ' ')
    .trim();
  return text.length > longest ? `${text.slice(0, longest)}…` : text;
}
