import { type Credential, useRestoreCredential } from '../../../data/use-credentials.ts';
import { useCan } from '../../../data/use-session.ts';
import { Alert } from '../../../ui/alert.tsx';
import { Button } from '../../../ui/button.tsx';

/** What a person should look at: an end that is near, a rotation that nothing has proved yet. */
export function CredentialNotes({ credential }: { credential: Credential }) {
  const canChange = useCan('admin');
  const restore = useRestoreCredential(credential.id);
  const { warnings, formerVersionKept, version } = credential;
  return (
    <div role="status" className="flex flex-col gap-3 empty:hidden">
      {warnings.map((warning) => (
        <Alert key={warning} tone="warning" title={warning}>
          Rotate it with a new end before updates are refused.
        </Alert>
      ))}
      {formerVersionKept ? (
        <Alert
          tone="info"
          title={`Version ${version} is in place, and the one before it is kept`}
          action={
            canChange ? (
              <Button size="sm" busy={restore.isPending} onClick={() => restore.mutate()}>
                Bring it back
              </Button>
            ) : undefined
          }
        >
          The former version is forgotten as soon as an update has succeeded with this one.
        </Alert>
      ) : null}
    </div>
  );
}
