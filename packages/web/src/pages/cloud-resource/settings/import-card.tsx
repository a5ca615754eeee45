import { type FormEvent, useState } from 'react';
import { explainError } from '../../../data/explain-error.ts';
import { useImportIntoResource } from '../../../data/use-cloud-resources.ts';
import type { CloudResourceOverview } from '../../../data/use-overview.ts';
import { Button } from '../../../ui/button.tsx';
import { Card } from '../../../ui/card.tsx';
import { Field } from '../../../ui/field.tsx';
import { FormError } from '../../../ui/form-error.tsx';
import { Textarea } from '../../../ui/textarea.tsx';
import { readImportIds } from './import-ids.ts';

/** Takes what exists at the provider already under a resource's care. */
export function ImportCard({ resource, onBegun }: { resource: CloudResourceOverview; onBegun: (id: string) => void }) {
  const bring = useImportIntoResource(resource.projectId ?? undefined);
  const [text, setText] = useState('');
  const [fault, setFault] = useState<string>();
  const failure = bring.error === null ? undefined : explainError(bring.error);
  function submit(event: FormEvent): void {
    event.preventDefault();
    const read = readImportIds(text);
    setFault('fault' in read ? read.fault : undefined);
    if ('ids' in read) bring.mutate({ id: resource.id, ids: read.ids }, { onSuccess: ({ id }) => onBegun(id) });
  }
  return (
    <Card
      title="Import what exists"
      description="Something at the provider that the manifest describes becomes a part of this stack. Nothing of it is changed."
    >
      <form noValidate onSubmit={submit} className="flex flex-col items-start gap-3">
        <Field
          label="Ids at the provider"
          hint="One id where the kind makes one thing; else name=id, one a line, with the names of the resource tree."
          error={fault}
          className="w-full"
        >
          <Textarea rows={3} value={text} onChange={(event) => setText(event.target.value)} spellCheck={false} />
        </Field>
        <FormError message={failure?.title} hint={failure?.hint} requestId={failure?.requestId} />
        <Button type="submit" busy={bring.isPending} disabled={resource.status === 'deleting'}>
          Import
        </Button>
      </form>
    </Card>
  );
}
