import { useQueryClient } from '@tanstack/react-query';
import { FileText } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { explainError } from '../../../data/explain-error.ts';
import { ownWritesEnded, revealVariables, useVariables, type Variable } from '../../../data/use-variables.ts';
import { Button } from '../../../ui/button.tsx';
import { EmptyState } from '../../../ui/empty-state.tsx';
import { FormError } from '../../../ui/form-error.tsx';
import { Spinner } from '../../../ui/spinner.tsx';
import { DotenvForm } from './dotenv-form.tsx';
import { formatDotenv } from './format-dotenv.ts';
import { parseDotenv } from './parse-dotenv.ts';
import type { VariableScope } from './variable-scope.ts';

export interface RawEditorProps {
  scope: VariableScope;
  /** Lines of a .env file that are to be added. */
  pasted: string | undefined;
  onDone: () => void;
}

interface Opened {
  before: Readonly<Record<string, string>>;
  text: string;
  /** Variables that no text can hold: they stay as they are. */
  kept: readonly string[];
  /** The state of the set that was opened. */
  version: string;
}

/** The whole set as a dotenv text. It shows every value, so it is opened on demand only: the server records that. */
export function RawEditor({ scope, pasted, onDone }: RawEditorProps) {
  const { owner } = scope;
  const client = useQueryClient();
  const list = useVariables(owner);
  const [opened, setOpened] = useState<Opened>();
  const [failure, setFailure] = useState<unknown>();
  const [isOpening, setOpening] = useState(false);
  const version = versionOf(list.data?.items);

  async function open(added: string | undefined): Promise<void> {
    setOpening(true);
    setFailure(undefined);
    try {
      // One's own change that is not stored yet would look like somebody else's.
      await ownWritesEnded(client, owner);
      // The list first: what changes between the two is seen as a change, never lost.
      const before = await list.refetch({ throwOnError: true });
      const values = await revealVariables(owner);
      setOpened({ before: values, version: versionOf(before.data?.items), ...textOf(values, added) });
    } catch (error) {
      setFailure(error);
    } finally {
      setOpening(false);
    }
  }
  const latestOpen = useRef(open);
  latestOpen.current = open;
  useEffect(() => {
    // Who pastes wants to see what becomes of it, and has asked for the text by that.
    if (pasted !== undefined) void latestOpen.current(pasted);
  }, [pasted]);

  if (opened !== undefined) {
    return (
      <DotenvForm
        key={opened.version}
        scope={scope}
        before={opened.before}
        initialText={opened.text}
        kept={opened.kept}
        isOutdated={version !== '' && version !== opened.version}
        onReopen={() => void open(undefined)}
        onDone={onDone}
      />
    );
  }
  if (isOpening) return <Spinner />;
  return (
    <>
      <EmptyState
        icon={<FileText />}
        title="All variables as one text"
        action={<Button onClick={() => void open(undefined)}>Show values and edit</Button>}
      >
        One NAME=value a line, as in a .env file. This shows every value; that you looked is recorded in the audit log.
      </EmptyState>
      {failure === undefined ? null : <Failure error={failure} />}
    </>
  );
}

function Failure({ error }: { error: unknown }) {
  const { title, hint, requestId } = explainError(error);
  return <FormError message={title} hint={hint} requestId={requestId} />;
}

/** Other when anybody has changed anything; empty while it is not known. */
function versionOf(items: readonly Variable[] | undefined): string {
  return JSON.stringify(items?.map(({ name, updatedAt }) => [name, updatedAt]) ?? '');
}

/** What is there, without what is pasted over it, and then the pasted lines as they are. */
function textOf(values: Readonly<Record<string, string>>, pasted = ''): { text: string; kept: readonly string[] } {
  const replaced = parseDotenv(pasted).values;
  const rest = Object.fromEntries(Object.entries(values).filter(([name]) => !Object.hasOwn(replaced, name)));
  const { text, unwritable } = formatDotenv(rest);
  return { text: text + pasted.trim() + (pasted === '' ? '' : '\n'), kept: unwritable };
}
