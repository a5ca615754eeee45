import { explainError } from '../../../data/explain-error.ts';
import { type ApiToken, useRevokeApiToken } from '../../../data/use-api-tokens.ts';
import { Button } from '../../../ui/button.tsx';
import { Dialog, DialogClose, DialogContent } from '../../../ui/dialog.tsx';
import { FormError } from '../../../ui/form-error.tsx';
import { UserText } from '../../../ui/user-text.tsx';

/** Asks once more before a token stops working. */
export function RevokeTokenDialog({ token, onClose }: { token: ApiToken | undefined; onClose: () => void }) {
  const revoke = useRevokeApiToken();
  const close = (): void => {
    revoke.reset();
    onClose();
  };
  if (token === undefined) return null;
  const failure = revoke.error === null ? undefined : explainError(revoke.error);
  return (
    <Dialog open onOpenChange={close}>
      <DialogContent
        size="sm"
        title={
          <>
            Revoke <UserText text={token.name} />?
          </>
        }
        description="Whatever uses it is refused from now on. There is no way back; a new token has another text."
        footer={
          <>
            <DialogClose asChild>
              <Button>Cancel</Button>
            </DialogClose>
            <Button
              variant="danger"
              busy={revoke.isPending}
              onClick={() => revoke.mutate(token.id, { onSuccess: close })}
            >
              Revoke token
            </Button>
          </>
        }
      >
        <FormError message={failure?.title} hint={failure?.hint} requestId={failure?.requestId} />
      </DialogContent>
    </Dialog>
  );
}
