import type { UseFormRegisterReturn } from 'react-hook-form';
import type { Body } from '../../../data/api-client.ts';
import { Field } from '../../../ui/field.tsx';
import { Input } from '../../../ui/input.tsx';
import { SegmentedControl } from '../../../ui/segmented-control.tsx';

export type ServiceKind = NonNullable<Body<'createService'>['kind']>;

const kinds: readonly { value: ServiceKind; label: string; hint: string }[] = [
  { value: 'web', label: 'Web', hint: 'Answers requests at an address of its own. It listens on PORT.' },
  { value: 'worker', label: 'Worker', hint: 'Runs all the time, without an address.' },
  { value: 'cron', label: 'Cron', hint: 'Runs at certain times, and ends.' },
];

export interface KindFieldsProps {
  kind: ServiceKind;
  onKind: (kind: ServiceKind) => void;
  schedule: UseFormRegisterReturn;
  scheduleError?: string | undefined;
}

/** What kind of service it is, and when one that runs at certain times does. */
export function KindFields({ kind, onKind, schedule, scheduleError }: KindFieldsProps) {
  return (
    <>
      <div className="flex flex-col gap-1.5">
        <span aria-hidden className="font-medium text-sm">
          Kind
        </span>
        <SegmentedControl
          aria-label="Kind"
          value={kind}
          onValueChange={onKind}
          options={kinds.map(({ value, label }) => ({ value, label }))}
          className="self-start"
        />
        <p className="text-muted text-xs">{kinds.find(({ value }) => value === kind)?.hint}</p>
      </div>
      {kind === 'cron' ? (
        <Field
          label="Schedule"
          required
          error={scheduleError}
          hint="A cron expression in UTC: minute, hour, day of the month, month, day of the week."
        >
          <Input {...schedule} mono placeholder="*/15 * * * *" spellCheck={false} />
        </Field>
      ) : null}
    </>
  );
}
