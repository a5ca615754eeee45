import { Alert } from '../../ui/alert.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { Field } from '../../ui/field.tsx';
import { Input } from '../../ui/input.tsx';

export interface ShownOnceProps {
  /** What it is: "API token". */
  label: string;
  secret: string;
  /** What to do when it is lost. */
  children: string;
}

/** A secret that davit keeps no copy of: to be copied now. */
export function ShownOnce({ label, secret, children }: ShownOnceProps) {
  return (
    <div className="flex flex-col gap-4">
      <Field label={label}>
        <Input
          readOnly
          mono
          value={secret}
          spellCheck={false}
          // Selected whole, also for whoever copies by keyboard.
          onFocus={(event) => event.currentTarget.select()}
        />
      </Field>
      <CopyButton
        text={secret}
        label={`Copy ${label.toLowerCase().replace('api', 'API')}`}
        withLabel
        className="self-start"
      />
      <Alert tone="warning" title="It is shown this once">
        {children}
      </Alert>
    </div>
  );
}
