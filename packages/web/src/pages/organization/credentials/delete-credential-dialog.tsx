import { useNavigate } from '@tanstack/react-router';
import { ApiError } from '../../../data/api-client.ts';
import { failureOf } from '../../../data/explain-error.ts';
import { type Credential, useDeleteCredential } from '../../../data/use-credentials.ts';
import { ConfirmDialog } from '../../../ui/confirm-dialog.tsx';
import { UserText } from '../../../ui/user-text.tsx';

export interface DeleteCredentialDialogProps {
  credential: Credential;
  open: boolean;
  onClose: () => void;
}

/** Asks for the name before a credential is deleted. Refused while it is used, it names by whom and offers to do it by force. */
export function DeleteCredentialDialog({ credential, open, onClose }: DeleteCredentialDialogProps) {
  const { id, name, version } = credential;
  const remove = useDeleteCredential(id);
  const navigate = useNavigate();
  const users = usersOf(remove.error);
  const close = (): void => {
    remove.reset();
    onClose();
  };
  const lost = `Its secrets (version ${version}): davit has no other copy.`;
  return (
    <ConfirmDialog
      // The name is asked for again before it is done by force.
      key={users === undefined ? 'ask' : 'force'}
      open={open}
      onClose={close}
      title={
        users === undefined ? (
          <>
            Delete credential <UserText text={name} />?
          </>
        ) : (
          <>
            <UserText text={name} /> was not deleted: it is in use
          </>
        )
      }
      name={name}
      losses={
        users === undefined
          ? [lost]
          : [
              lost,
              <span key="users">
                Nothing of <UserText text={users.join(', ')} className="font-medium" /> can be changed or destroyed
                without another credential.
              </span>,
            ]
      }
      note={
        users === undefined
          ? 'It is refused while a cloud resource was last worked on with it.'
          : 'Destroy what uses it first, or deploy it with another credential. By force it is deleted all the same.'
      }
      confirmLabel={users === undefined ? 'Delete credential' : 'Delete by force'}
      busy={remove.isPending}
      failure={failureOf(users === undefined ? remove.error : null)}
      onConfirm={() =>
        remove.mutate(
          { force: users !== undefined },
          { onSuccess: () => void navigate({ to: '/organization/credentials' }) },
        )
      }
    />
  );
}

/** The cloud resources that the server named when it refused; undefined for any other end. */
function usersOf(error: unknown): readonly string[] | undefined {
  if (!(error instanceof ApiError) || error.code !== 'CREDENTIAL_IN_USE') return undefined;
  const { resources } = error.problem.details ?? {};
  return Array.isArray(resources) ? resources.map(String) : [];
}
