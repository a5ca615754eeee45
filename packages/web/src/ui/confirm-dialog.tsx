import { TriangleAlert } from 'lucide-react';
import { type FormEvent, type ReactNode, useEffect, useState } from 'react';
import { Dialog, type DialogContentProps } from './dialog.tsx';
import { Field } from './field.tsx';
import { FormDialogContent } from './form-dialog.tsx';
import type { FormErrorProps } from './form-error.tsx';
import { Input } from './input.tsx';
import { UserText } from './user-text.tsx';
import { visibleText } from './visible-text.ts';

interface ConfirmDialogQuestion extends Pick<DialogContentProps, 'description' | 'size'> {
  open: boolean;
  onClose: () => void;
  /** The question: "Delete service api?" */
  title: ReactNode;
  /** What stays, or how to get back what can be got back. */
  note?: ReactNode;
  /** The button's words: "Delete service". */
  confirmLabel: ReactNode;
  /** The words of the button that closes: "Keep editing". */
  cancelLabel?: ReactNode;
  busy?: boolean;
  /** Why the last attempt failed. */
  failure?: FormErrorProps;
  onConfirm: () => void;
  /** What the question is about: a list of changes. */
  children?: ReactNode;
}

interface Destruction {
  /** What has to be typed before it is done: the name of what is destroyed. */
  name: string;
  /** What will be lost, one thing an entry. */
  losses: readonly ReactNode[];
  tone?: never;
}

interface Decision {
  name?: never;
  losses?: never;
  /** The look of the button: `danger` where something ends that can be begun anew. */
  tone?: 'primary' | 'danger';
}

export type ConfirmDialogProps = ConfirmDialogQuestion & (Destruction | Decision);

/**
 * Asks before something is done. What destroys says what will be lost and asks for the name, always both: a press is enough only
 * where nothing is lost for good.
 */
export function ConfirmDialog(props: ConfirmDialogProps) {
  const { open, onClose, title, description, size, note, confirmLabel, cancelLabel, busy = false, failure } = props;
  const { name, losses, tone = 'primary', onConfirm, children } = props;
  const [typed, setTyped] = useState('');
  useEffect(() => {
    if (open) setTyped('');
  }, [open]);
  const matches = name === undefined || isName(typed, name);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (matches && !busy) onConfirm();
  };
  return (
    <Dialog
      open={open}
      onOpenChange={(isOpen) => {
        if (!isOpen) onClose();
      }}
    >
      <FormDialogContent
        title={title}
        description={description}
        size={size ?? (name === undefined ? 'sm' : 'md')}
        submitLabel={confirmLabel}
        submitVariant={name === undefined ? tone : 'danger'}
        cancelLabel={cancelLabel}
        busy={busy}
        disabled={!matches}
        failure={failure}
        autoComplete="off"
        onSubmit={submit}
      >
        {losses === undefined ? null : <Losses losses={losses} />}
        {children}
        {note === undefined ? null : <p className="text-muted text-sm">{note}</p>}
        {name === undefined ? null : (
          <Field
            label={
              <>
                Type <UserText text={name} className="select-all font-mono font-semibold" /> to confirm
              </>
            }
          >
            <Input
              value={typed}
              onChange={(event) => setTyped(event.target.value)}
              autoFocus
              spellCheck={false}
              autoCapitalize="none"
            />
          </Field>
        )}
      </FormDialogContent>
    </Dialog>
  );
}

/** What cannot be typed (a direction mark) may be written as it is shown. */
function isName(typed: string, name: string): boolean {
  return [name.trim(), visibleText(name).trim()].includes(typed.trim());
}

function Losses({ losses }: { losses: readonly ReactNode[] }) {
  return (
    <div className="rounded-lg border border-danger-line bg-danger-soft px-3 py-2.5 text-danger-text text-sm">
      <p className="flex items-center gap-2 font-medium">
        <TriangleAlert aria-hidden className="size-4 shrink-0" />
        This will be lost
      </p>
      <ul className="mt-1 list-disc pl-10">
        {losses.map((loss, index) => (
          // a fixed list of sentences
          <li key={index}>{loss}</li>
        ))}
      </ul>
    </div>
  );
}
