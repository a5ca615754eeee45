import { useState } from 'react';
import { explainError } from '../../../data/explain-error.ts';
import { useKind } from '../../../data/use-kinds.ts';
import { Drawer } from '../../../ui/drawer.tsx';
import { FormError } from '../../../ui/form-error.tsx';
import { Skeleton } from '../../../ui/skeleton.tsx';
import { UserText } from '../../../ui/user-text.tsx';
import { LeaveGuard, LeaveQuestion } from '../../shell/index.ts';
import { KindChooser } from './kind-chooser.tsx';
import { NewManifestForm, type NewManifestFormProps } from './new-manifest-form.tsx';

export interface NewCloudResourceDrawerProps
  extends Pick<NewManifestFormProps, 'projectId' | 'environmentId' | 'onCreated'> {
  onClose: () => void;
}

const lost = 'What you wrote in the manifest';

/** A new cloud resource: its kind, then its manifest. A drawer, for Escape means something in the editor. */
export function NewCloudResourceDrawer({ onClose, ...target }: NewCloudResourceDrawerProps) {
  const [name, setName] = useState<string>();
  const [isUnsaved, setIsUnsaved] = useState(false);
  /** What was asked for, and waits for an answer whether what is written may be lost. */
  const [leaving, setLeaving] = useState<{ go: () => void }>();
  const leave = (go: () => void) => (isUnsaved ? setLeaving({ go }) : go());
  const kind = useKind(name);
  const failure = kind.error === null ? undefined : explainError(kind.error);
  return (
    <Drawer
      open
      onClose={() => leave(onClose)}
      title="New cloud resource"
      subtitle={name === undefined ? null : <UserText text={name} className="text-muted text-sm" />}
    >
      {name === undefined ? (
        <div className="min-h-0 flex-1 overflow-y-auto pt-1">
          <KindChooser onChoose={setName} />
        </div>
      ) : (
        <>
          <div className="px-4 md:px-5">
            <FormError message={failure?.title} hint={failure?.hint} requestId={failure?.requestId} />
          </div>
          {kind.data === undefined ? (
            failure === undefined && <Skeleton className="m-5 h-64" />
          ) : (
            <NewManifestForm
              {...target}
              kind={kind.data}
              onBack={() => leave(() => setName(undefined))}
              onUnsaved={setIsUnsaved}
            />
          )}
          <LeaveGuard when={isUnsaved} what={lost} />
          <LeaveQuestion
            open={leaving !== undefined}
            what={lost}
            onStay={() => setLeaving(undefined)}
            onLeave={() => {
              setLeaving(undefined);
              leaving?.go();
            }}
          />
        </>
      )}
    </Drawer>
  );
}
