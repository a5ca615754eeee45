import { type FormEvent, type ReactNode, useId } from 'react';
import { Button } from './button.tsx';
import { Card, type CardProps } from './card.tsx';
import { FormError, type FormErrorProps } from './form-error.tsx';

export interface FormCardProps extends Pick<CardProps, 'title' | 'description'> {
  onSubmit: (event: FormEvent<HTMLFormElement>) => void;
  submitLabel: ReactNode;
  /** Why the last attempt failed; shown below the fields. */
  failure?: FormErrorProps;
  busy?: boolean;
  disabled?: boolean;
  children: ReactNode;
}

/** A card that is one form: its fields, why it was not taken, and the button that sends it. */
export function FormCard(props: FormCardProps) {
  const { title, description, onSubmit, submitLabel, failure, busy = false, disabled, children } = props;
  const formId = useId();
  return (
    <Card
      title={title}
      description={description}
      footer={
        <Button type="submit" form={formId} variant="primary" busy={busy} disabled={disabled}>
          {submitLabel}
        </Button>
      }
    >
      <form id={formId} onSubmit={onSubmit} noValidate className="flex max-w-sm flex-col gap-4">
        {children}
        {failure === undefined ? null : <FormError {...failure} />}
      </form>
    </Card>
  );
}
