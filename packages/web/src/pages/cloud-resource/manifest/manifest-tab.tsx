import { lazy, Suspense, useEffect, useState } from 'react';
import { explainError } from '../../../data/explain-error.ts';
import { type CloudResourceDetail, useApplyManifest, useCloudResource } from '../../../data/use-cloud-resources.ts';
import { Alert } from '../../../ui/alert.tsx';
import { Button } from '../../../ui/button.tsx';
import { FormError } from '../../../ui/form-error.tsx';
import { SegmentedControl } from '../../../ui/segmented-control.tsx';
import { Skeleton } from '../../../ui/skeleton.tsx';
import { LeaveGuard } from '../../shell/index.ts';
import type { ResourceTabProps } from '../resource-tab.ts';
import { faultsOf } from './manifest-faults.ts';
import { manifestText } from './manifest-text.ts';
import { strangerFault } from './own-manifest.ts';
import { useValidation } from './use-validation.ts';

// 150 kB that only who writes manifests needs.
const ManifestEditor = lazy(async () => ({ default: (await import('./manifest-editor.tsx')).ManifestEditor }));

/** The manifest of a cloud resource: read, changed, checked, compared with what is deployed, previewed and deployed. */
export function ManifestTab(props: ResourceTabProps) {
  const detail = useCloudResource(props.resource.id);
  if (detail.error !== null && detail.data === undefined) {
    const { title, hint, requestId } = explainError(detail.error);
    return (
      <div className="p-5">
        <FormError message={title} hint={hint} requestId={requestId} />
      </div>
    );
  }
  if (detail.data === undefined) return <Skeleton className="m-5 h-64" />;
  return <ManifestForm {...props} detail={detail.data} />;
}

type View = 'manifest' | 'difference';

function ManifestForm({ resource, detail, canChange, onSearch }: ResourceTabProps & { detail: CloudResourceDetail }) {
  const stored = manifestText(detail.manifest);
  const deployed = detail.deployedManifest === null ? undefined : manifestText(detail.deployedManifest);
  const [base, setBase] = useState(stored);
  const [text, setText] = useState(stored);
  const [view, setView] = useState<View>('manifest');
  const validation = useValidation(text);
  const apply = useApplyManifest(resource.projectId ?? undefined);
  const isChanged = text !== base;
  const isOvertaken = stored !== base;
  useEffect(() => {
    // Nobody is writing: what somebody else stored is shown at once.
    if (!isOvertaken || isChanged) return;
    setBase(stored);
    setText(stored);
  }, [stored, isOvertaken, isChanged]);

  const isChecked = validation.text === text;
  const refused = faultsOf(apply.error);
  const faults = validation.faults.length > 0 ? validation.faults : strangerFault(validation, text, detail);
  const canSend = canChange && isChecked && faults.length === 0 && resource.status !== 'deleting';
  const failure = apply.error === null || refused !== undefined ? undefined : explainError(apply.error);
  const send = (first: 'deploy' | 'preview' | undefined): void =>
    apply.mutate(
      { manifest: text, environmentId: detail.environmentId ?? undefined, cloudResourceId: detail.id, first },
      {
        onSuccess() {
          setBase(text);
          if (first !== undefined) onSearch({ tab: 'updates' });
        },
      },
    );
  return (
    <div className="flex min-h-96 flex-1 flex-col gap-3 p-4 md:px-5">
      {deployed === undefined ? null : (
        <SegmentedControl
          aria-label="What is shown"
          size="sm"
          value={view}
          onValueChange={setView}
          options={[
            { value: 'manifest', label: 'Manifest' },
            {
              value: 'difference',
              label: deployed === text ? 'No difference to what is deployed' : 'Difference to what is deployed',
            },
          ]}
          className="self-start"
        />
      )}
      {isOvertaken && isChanged && !apply.isPending ? (
        <Alert
          tone="warning"
          title="Somebody else has changed this manifest meanwhile"
          action={
            <Button
              size="sm"
              onClick={() => {
                setBase(stored);
                setText(stored);
              }}
            >
              Take theirs
            </Button>
          }
        >
          What you save replaces it.
        </Alert>
      ) : null}
      <Suspense fallback={<Skeleton className="min-h-64 flex-1" />}>
        <ManifestEditor
          label={`Manifest of ${resource.name}`}
          text={text}
          onChange={setText}
          faults={faults}
          original={view === 'difference' ? deployed : undefined}
          isReadOnly={!canChange}
        />
      </Suspense>
      <LeaveGuard when={isChanged && !apply.isPending} what="What you changed in the manifest" />
      <FormError message={failure?.title ?? validation.failure} hint={failure?.hint} requestId={failure?.requestId} />
      {canChange ? (
        <div className="flex flex-wrap items-center justify-end gap-2">
          {isChanged ? (
            <Button variant="ghost" onClick={() => setText(base)} className="mr-auto">
              Discard changes
            </Button>
          ) : null}
          <Button disabled={!canSend || !isChanged} busy={apply.isPending} onClick={() => send(undefined)}>
            Save
          </Button>
          <Button disabled={!canSend} busy={apply.isPending} onClick={() => send('preview')}>
            {isChanged ? 'Save and preview' : 'Preview'}
          </Button>
          <Button variant="primary" disabled={!canSend} busy={apply.isPending} onClick={() => send('deploy')}>
            {isChanged ? 'Save and deploy' : 'Deploy'}
          </Button>
        </div>
      ) : null}
    </div>
  );
}
