import { TriangleAlert } from 'lucide-react';
import { type FormEvent, type ReactNode, useEffect, useId, useState } from 'react';
import { Button } from './button.tsx';
import { Dialog, DialogClose, DialogContent } from './dialog.tsx';
import { Field } from './field.tsx';
import { Input } from './input.tsx';
import { UserText } from './user-text.tsx';
import { visibleText } from './visible-text.ts';

export interface ConfirmByNameDialogProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  /** The question: "Delete service api?" */
  title: ReactNode;
  /** The name to be typed. */
  name: string;
  /** What will be lost, one thing an entry. */
  losses: readonly ReactNode[];
  /** What stays, or how to get back what can be got back. */
  note?: ReactNode;
  /** The button's words: "Delete service". */
  confirmLabel: string;
  busy?: boolean;
  /** Why the last attempt failed. */
  error?: ReactNode;
  onConfirm: () => void;
}

/** Asks for the typed name before something is destroyed, and says what will be lost. */
export function ConfirmByNameDialog(props: ConfirmByNameDialogProps) {
  const { open, onOpenChange, title, name, losses, note, confirmLabel, busy = false, error, onConfirm } = props;
  const [typed, setTyped] = useState('');
  const formId = useId();
  useEffect(() => {
    if (open) setTyped('');
  }, [open]);
  // What cannot be typed (a direction mark) may be written as it is shown.
  const matches = [name.trim(), visibleText(name).trim()].includes(typed.trim());
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (matches && !busy) onConfirm();
  };
  return (
    <Dialog open={open} onOpenChange={onOpenChange}>
      <DialogContent
        title={title}
        footer={
          <>
            <DialogClose asChild>
              <Button>Cancel</Button>
            </DialogClose>
            <Button variant="danger" type="submit" form={formId} busy={busy} disabled={!matches}>
              {confirmLabel}
            </Button>
          </>
        }
      >
        <form id={formId} onSubmit={submit} className="flex flex-col gap-4">
          {losses.length === 0 ? null : (
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
          )}
          {note === undefined ? null : <p className="text-muted text-sm">{note}</p>}
          <Field
            label={
              <>
                Type <UserText text={name} className="select-all font-mono font-semibold" /> to confirm
              </>
            }
            error={error}
          >
            <Input
              value={typed}
              onChange={(event) => setTyped(event.target.value)}
              autoFocus
              spellCheck={false}
              autoCapitalize="none"
            />
          </Field>
        </form>
      </DialogContent>
    </Dialog>
  );
}
