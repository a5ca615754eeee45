import { useRef, useState } from 'react';
import { failureOf } from '../../../data/explain-error.ts';
import { useImportState } from '../../../data/use-checkpoints.ts';
import type { CloudResourceOverview } from '../../../data/use-overview.ts';
import { Button } from '../../../ui/button.tsx';
import { Card } from '../../../ui/card.tsx';
import { ConfirmDialog } from '../../../ui/confirm-dialog.tsx';
import { FormError } from '../../../ui/form-error.tsx';
import { UserText } from '../../../ui/user-text.tsx';

type State = Record<string, unknown>;

async function read(file: File): Promise<State | undefined> {
  try {
    const value: unknown = JSON.parse(await file.text());
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as State) : undefined;
  } catch {
    return undefined;
  }
}

/** Puts a state from a file in place of the current one. */
export function ImportState({ resource, onBegun }: { resource: CloudResourceOverview; onBegun: (id: string) => void }) {
  const bring = useImportState(resource.id);
  const input = useRef<HTMLInputElement>(null);
  const [chosen, setChosen] = useState<{ name: string; state: State }>();
  const [refused, setRefused] = useState<string>();
  async function choose(file: File | undefined): Promise<void> {
    if (file === undefined) return;
    const state = await read(file);
    setRefused(state === undefined ? `${file.name} holds no JSON object.` : undefined);
    setChosen(state === undefined ? undefined : { name: file.name, state });
  }
  return (
    <Card
      title="Import a state"
      description={
        <>
          One that was exported here or by <code>pulumi stack export</code>.
        </>
      }
    >
      <div className="flex flex-col items-start gap-3">
        <FormError
          message={refused}
          hint="Choose a file that was exported from a state of this stack."
          requestId={undefined}
        />
        <input
          ref={input}
          type="file"
          accept="application/json,.json"
          aria-label="State file"
          className="sr-only"
          tabIndex={-1}
          onChange={(event) => {
            void choose(event.target.files?.[0]);
            // The same file can be chosen again.
            event.target.value = '';
          }}
        />
        <Button onClick={() => input.current?.click()}>Choose a file…</Button>
      </div>
      <ConfirmDialog
        open={chosen !== undefined}
        onClose={() => setChosen(undefined)}
        title={
          <>
            Replace the state of <UserText text={resource.name} />?
          </>
        }
        name={resource.name}
        losses={['What davit knows of the stack now: what the imported state does not hold is not managed any more']}
        note="Nothing at the provider is changed. The state of now stays in the list, and can be restored."
        confirmLabel="Replace state"
        busy={bring.isPending}
        failure={failureOf(bring.error)}
        onConfirm={() =>
          chosen === undefined
            ? undefined
            : bring.mutate(chosen.state, {
                onSuccess({ id }) {
                  setChosen(undefined);
                  onBegun(id);
                },
              })
        }
      />
    </Card>
  );
}
