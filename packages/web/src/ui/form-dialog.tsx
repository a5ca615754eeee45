import { type FormEvent, type ReactNode, useId } from 'react';
import { Button, type ButtonProps } from './button.tsx';
import { DialogClose, DialogContent, type DialogContentProps } from './dialog.tsx';
import { FormError, type FormErrorProps } from './form-error.tsx';

export interface FormDialogButtonsProps {
  /** The form that the button sends. */
  formId: string;
  submitLabel: ReactNode;
  submitVariant?: ButtonProps['variant'];
  /** The words of the button that closes without sending. */
  cancelLabel?: ReactNode;
  busy?: boolean;
  disabled?: boolean;
}

/** The buttons at the end of a dialog whose form is somewhere inside of it. */
export function FormDialogButtons(props: FormDialogButtonsProps) {
  const { formId, submitLabel, submitVariant = 'primary', cancelLabel = 'Cancel', busy = false, disabled } = props;
  return (
    <>
      <DialogClose asChild>
        <Button>{cancelLabel}</Button>
      </DialogClose>
      <Button type="submit" form={formId} variant={submitVariant} busy={busy} disabled={disabled}>
        {submitLabel}
      </Button>
    </>
  );
}

export interface FormDialogContentProps
  extends Pick<DialogContentProps, 'title' | 'description' | 'size'>,
    Omit<FormDialogButtonsProps, 'formId'> {
  onSubmit: (event: FormEvent<HTMLFormElement>) => void;
  /** Why the last attempt failed; shown below the fields. */
  failure?: FormErrorProps;
  /** Whether the browser may offer what was typed into such a form before. */
  autoComplete?: 'on' | 'off';
  children?: ReactNode;
}

/** A dialog that is one form: its fields, why it was not taken, and its buttons. */
export function FormDialogContent(props: FormDialogContentProps) {
  const { title, description, size, onSubmit, failure, autoComplete, children, ...buttons } = props;
  const formId = useId();
  return (
    <DialogContent
      title={title}
      description={description}
      size={size}
      footer={<FormDialogButtons formId={formId} {...buttons} />}
    >
      <form
        id={formId}
        noValidate
        autoComplete={autoComplete}
        // A dialog may stand inside of another form: what is sent here is not meant for that one.
        onSubmit={(event) => {
          event.stopPropagation();
          onSubmit(event);
        }}
        className="flex flex-col gap-4"
      >
        {children}
        {failure === undefined ? null : <FormError {...failure} />}
      </form>
    </DialogContent>
  );
}
