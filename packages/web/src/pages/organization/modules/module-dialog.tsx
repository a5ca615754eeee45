import { useId, useState } from 'react';
import { type Kind, useKind, useSetKindModule } from '../../../data/use-kinds.ts';
import { Dialog, DialogContent } from '../../../ui/dialog.tsx';
import { FormDialogButtons } from '../../../ui/form-dialog.tsx';
import { UserText } from '../../../ui/user-text.tsx';
import { ModuleForm } from './module-form.tsx';

/** Points a kind at a module, or changes where it is; without a kind: a new one. */
export function ModuleDialog({ kind, onClose }: { kind: Kind | undefined; onClose: () => void }) {
  const formId = useId();
  const set = useSetKindModule();
  const [isLocked, setLocked] = useState(false);
  // The list has no schemas: of a module that has one, the form waits for it.
  const detail = useKind(kind?.hasOwnSchema ? kind.name : undefined);
  const isReady = kind?.hasOwnSchema !== true || detail.data !== undefined;
  return (
    <Dialog open onOpenChange={onClose}>
      <DialogContent
        size="lg"
        title={
          kind === undefined ? (
            'New module'
          ) : (
            <>
              Module of <UserText text={kind.name} />
            </>
          )
        }
        description="Its folder holds module.ts, module.js or Pulumi.yaml. What it makes is deployed by manifests of its kind."
        footer={<FormDialogButtons formId={formId} submitLabel="Save module" busy={isLocked} disabled={!isReady} />}
      >
        {isReady ? (
          <ModuleForm
            formId={formId}
            kind={kind}
            specSchema={kind?.hasOwnSchema ? detail.data?.specSchema : undefined}
            onSend={async (wanted) => {
              setLocked(true);
              try {
                await set.mutateAsync(wanted);
              } finally {
                setLocked(false);
              }
              onClose();
            }}
          />
        ) : null}
      </DialogContent>
    </Dialog>
  );
}
