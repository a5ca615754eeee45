import type { UseFormRegisterReturn } from 'react-hook-form';
import { Field } from '../../../ui/field.tsx';
import { Input } from '../../../ui/input.tsx';

/** Where a credential is validated, for who has a provider of their own; closed, since hardly anybody has. */
export function EndpointField({ registered, error }: { registered: UseFormRegisterReturn; error: string | undefined }) {
  return (
    <details className="group" open={error !== undefined || undefined}>
      <summary className="cursor-pointer rounded-sm text-muted text-sm hover:text-fg">More</summary>
      <Field
        label="Address for validation"
        hint="In place of the provider's own, such as a local copy of it: https://sts.internal. Stored secrets are sent there."
        error={error}
        className="pt-3"
      >
        <Input {...registered} type="url" spellCheck={false} />
      </Field>
    </details>
  );
}
