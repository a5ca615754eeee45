import { lazy, Suspense, useEffect, useState } from 'react';
import { explainError } from '../../../data/explain-error.ts';
import { useApplyManifest } from '../../../data/use-cloud-resources.ts';
import type { KindDetail } from '../../../data/use-kinds.ts';
import { Button } from '../../../ui/button.tsx';
import { FormError } from '../../../ui/form-error.tsx';
import { Skeleton } from '../../../ui/skeleton.tsx';
import { faultsOf, type ManifestFault } from '../manifest/manifest-faults.ts';
import { useValidation } from '../manifest/use-validation.ts';
import { firstManifest } from './first-manifest.ts';

const ManifestEditor = lazy(async () => ({
  default: (await import('../manifest/manifest-editor.tsx')).ManifestEditor,
}));

export interface NewManifestFormProps {
  kind: KindDetail;
  projectId: string | undefined;
  environmentId: string | undefined;
  onBack: () => void;
  /** Told whenever something is written here that is not stored, or no more. */
  onUnsaved: (isUnsaved: boolean) => void;
  /** It is stored, and what was asked for has begun. */
  onCreated: (resourceId: string) => void;
}

const several: readonly ManifestFault[] = [
  { line: 1, column: 1, path: '', message: 'One resource at a time here; `davit deploy -f` takes several documents.' },
];
const none: readonly ManifestFault[] = [];

/** A new cloud resource: its kind's sample, to be changed, previewed and deployed. */
export function NewManifestForm(props: NewManifestFormProps) {
  const { kind, projectId, environmentId, onBack, onUnsaved, onCreated } = props;
  const [first] = useState(() => firstManifest(kind));
  const [text, setText] = useState(first);
  const validation = useValidation(text);
  const apply = useApplyManifest(projectId);
  const isChecked = validation.text === text;
  const found = validation.faults.length > 0 ? validation.faults : validation.resources.length > 1 ? several : none;
  const canSend = isChecked && validation.resources.length === 1;
  const failure = apply.error === null || faultsOf(apply.error) !== undefined ? undefined : explainError(apply.error);
  const isUnsaved = text !== first && !apply.isPending && !apply.isSuccess;
  useEffect(() => {
    onUnsaved(isUnsaved);
    return () => onUnsaved(false);
  }, [isUnsaved, onUnsaved]);
  const send = (operation: 'deploy' | 'preview' | undefined): void =>
    apply.mutate(
      { manifest: text, environmentId, first: operation },
      { onSuccess: ([id]) => (id === undefined ? undefined : onCreated(id)) },
    );
  return (
    <div className="flex min-h-0 flex-1 flex-col gap-3 overflow-y-auto px-4 pb-4 md:px-5">
      <p className="text-muted text-sm">
        {kind.sample === null
          ? 'This kind has no sample: write what it shall be. Ctrl Space shows its fields.'
          : 'This is the sample of its kind: change what shall be different, its name first.'}
      </p>
      <Suspense fallback={<Skeleton className="min-h-64 flex-1" />}>
        <ManifestEditor label={`Manifest of a new ${kind.name}`} text={text} onChange={setText} faults={found} />
      </Suspense>
      <FormError message={failure?.title ?? validation.failure} hint={failure?.hint} requestId={failure?.requestId} />
      <div className="flex flex-wrap items-center justify-end gap-2">
        <Button variant="ghost" onClick={onBack} className="mr-auto">
          Another kind
        </Button>
        <Button disabled={!canSend} busy={apply.isPending} onClick={() => send(undefined)}>
          Save only
        </Button>
        <Button disabled={!canSend} busy={apply.isPending} onClick={() => send('preview')}>
          Save and preview
        </Button>
        <Button variant="primary" disabled={!canSend} busy={apply.isPending} onClick={() => send('deploy')}>
          Save and deploy
        </Button>
      </div>
    </div>
  );
}
