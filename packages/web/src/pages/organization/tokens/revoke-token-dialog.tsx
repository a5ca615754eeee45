import { failureOf } from '../../../data/explain-error.ts';
import { type ApiToken, useRevokeApiToken } from '../../../data/use-api-tokens.ts';
import { ConfirmDialog } from '../../../ui/confirm-dialog.tsx';
import { UserText } from '../../../ui/user-text.tsx';

/** Asks for the name of a token before it stops working. */
export function RevokeTokenDialog({ token, onClose }: { token: ApiToken | undefined; onClose: () => void }) {
  const revoke = useRevokeApiToken();
  const close = (): void => {
    revoke.reset();
    onClose();
  };
  if (token === undefined) return null;
  return (
    <ConfirmDialog
      open
      onClose={close}
      title={
        <>
          Revoke <UserText text={token.name} />?
        </>
      }
      name={token.name}
      losses={['The access of whatever uses it: it is refused from now on']}
      note="There is no way back; a new token has another text."
      confirmLabel="Revoke token"
      busy={revoke.isPending}
      failure={failureOf(revoke.error)}
      onConfirm={() => revoke.mutate(token.id, { onSuccess: close })}
    />
  );
}
