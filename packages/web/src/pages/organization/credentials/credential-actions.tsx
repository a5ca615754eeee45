import { lazy, Suspense, useState } from 'react';
import { explainError } from '../../../data/explain-error.ts';
import { type Credential, useValidateCredential } from '../../../data/use-credentials.ts';
import { useCan } from '../../../data/use-session.ts';
import { Alert } from '../../../ui/alert.tsx';
import { Button } from '../../../ui/button.tsx';
import { RelativeTime } from '../../../ui/relative-time.tsx';
import { UserText } from '../../../ui/user-text.tsx';

// Forms come when they are wanted.
const RotateCredentialDialog = lazy(async () => ({
  default: (await import('./rotate-credential-dialog.tsx')).RotateCredentialDialog,
}));
const EditCredentialDialog = lazy(async () => ({
  default: (await import('./edit-credential-dialog.tsx')).EditCredentialDialog,
}));
const DeleteCredentialDialog = lazy(async () => ({
  default: (await import('./delete-credential-dialog.tsx')).DeleteCredentialDialog,
}));

/** What can be done with a credential: who deploys may validate it, who runs the organization may change it. */
export function CredentialActions({ credential }: { credential: Credential }) {
  const canUse = useCan('developer');
  const canChange = useCan('admin');
  const [dialog, setDialog] = useState<'rotate' | 'edit' | 'delete'>();
  const validate = useValidateCredential(credential.id);
  const close = (): void => setDialog(undefined);
  return (
    <>
      <div className="flex flex-wrap gap-2">
        {canUse ? (
          <Button
            title="Signs in to the provider with it, once"
            busy={validate.isPending}
            onClick={() => validate.mutate()}
          >
            Validate
          </Button>
        ) : null}
        {canChange ? (
          <>
            <Button onClick={() => setDialog('rotate')}>Rotate…</Button>
            <Button onClick={() => setDialog('edit')}>Edit…</Button>
            <Button variant="danger-outline" onClick={() => setDialog('delete')}>
              Delete…
            </Button>
          </>
        ) : null}
      </div>
      <Verdict validation={validate} />
      <Suspense>
        {dialog === 'rotate' ? (
          <RotateCredentialDialog
            credential={credential}
            open
            onClose={() => {
              // What was said of the former version is not true of this one.
              validate.reset();
              close();
            }}
          />
        ) : null}
        {dialog === 'edit' ? <EditCredentialDialog credential={credential} open onClose={close} /> : null}
        {dialog === 'delete' ? <DeleteCredentialDialog credential={credential} open onClose={close} /> : null}
      </Suspense>
    </>
  );
}

/** What the provider said. */
function Verdict({ validation: { data, error } }: { validation: ReturnType<typeof useValidateCredential> }) {
  const failure = error === null ? undefined : explainError(error);
  return (
    <div role="status" className="w-full empty:hidden">
      {data === undefined ? null : (
        <Alert
          tone={data.valid ? 'success' : 'danger'}
          title={data.valid ? 'The provider takes it' : 'The provider does not take it'}
        >
          <UserText text={data.message} />
          {data.identity === null ? null : (
            <>
              {' '}
              It is <UserText text={data.identity} className="break-all font-mono text-xs" />.
            </>
          )}{' '}
          <RelativeTime at={data.checkedAt} className="text-muted" />
        </Alert>
      )}
      {failure === undefined ? null : (
        <Alert tone="danger" title={failure.title}>
          {failure.hint}
        </Alert>
      )}
    </div>
  );
}
