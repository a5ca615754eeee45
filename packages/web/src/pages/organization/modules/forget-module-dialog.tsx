import { failureOf } from '../../../data/explain-error.ts';
import { type Kind, useDeleteKindModule } from '../../../data/use-kinds.ts';
import { ConfirmDialog } from '../../../ui/confirm-dialog.tsx';
import { UserText } from '../../../ui/user-text.tsx';

/** Asks for the name of a kind before it loses its module. */
export function ForgetModuleDialog({ kind, onClose }: { kind: Kind | undefined; onClose: () => void }) {
  const forget = useDeleteKindModule();
  const close = (): void => {
    forget.reset();
    onClose();
  };
  if (kind === undefined) return null;
  return (
    <ConfirmDialog
      open
      onClose={close}
      title={
        <>
          Forget the module of <UserText text={kind.name} />?
        </>
      }
      name={kind.name}
      losses={[
        'Where the module is, its schema, and what lets davit read it',
        'The way to change or destroy what it made, unless davit brings a module for this kind',
      ]}
      note="What it made stays. The module that davit brings for this kind, where there is one, makes it from the next update on."
      confirmLabel="Forget module"
      busy={forget.isPending}
      failure={failureOf(forget.error)}
      onConfirm={() => forget.mutate(kind.name, { onSuccess: close })}
    />
  );
}
