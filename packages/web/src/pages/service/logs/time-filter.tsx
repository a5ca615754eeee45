import { Clock } from 'lucide-react';
import { useState } from 'react';
import { Button } from '../../../ui/button.tsx';
import { Field } from '../../../ui/field.tsx';
import { Input } from '../../../ui/input.tsx';
import { Popover, PopoverContent, PopoverTrigger } from '../../../ui/popover.tsx';
import { absoluteTimeText } from '../../../ui/time-text.ts';

interface Times {
  /** RFC 3339. */
  since: string | undefined;
  until: string | undefined;
}

export interface TimeFilterProps extends Times {
  onChange: (times: Times) => void;
}

const spans = [
  { label: 'Last 15 minutes', minutes: 15 },
  { label: 'Last hour', minutes: 60 },
  { label: 'Last 24 hours', minutes: 24 * 60 },
];

/** From when and until when. */
export function TimeFilter({ since, until, onChange }: TimeFilterProps) {
  const [isOpen, setOpen] = useState(false);
  const choose = (times: Times): void => {
    onChange(times);
    setOpen(false);
  };
  return (
    <Popover open={isOpen} onOpenChange={setOpen}>
      <PopoverTrigger asChild>
        <Button size="sm" icon={<Clock />}>
          {words({ since, until })}
        </Button>
      </PopoverTrigger>
      <PopoverContent aria-label="Time" className="flex flex-col gap-3">
        <div className="flex flex-wrap gap-2">
          {spans.map(({ label, minutes }) => (
            <Button
              key={label}
              size="sm"
              onClick={() => choose({ since: new Date(Date.now() - minutes * 60_000).toISOString(), until: undefined })}
            >
              {label}
            </Button>
          ))}
          <Button size="sm" onClick={() => choose({ since: undefined, until: undefined })}>
            Any time
          </Button>
        </div>
        <Own key={`${since} ${until}`} since={since} until={until} onChange={choose} />
      </PopoverContent>
    </Popover>
  );
}

function Own({ since, until, onChange }: TimeFilterProps) {
  const [from, setFrom] = useState(toLocal(since));
  const [to, setTo] = useState(toLocal(until));
  return (
    <form
      className="flex flex-col gap-3"
      onSubmit={(event) => {
        event.preventDefault();
        onChange({ since: toInstant(from), until: toInstant(to) });
      }}
    >
      <Field label="From">
        <Input type="datetime-local" step={1} value={from} onChange={(event) => setFrom(event.target.value)} />
      </Field>
      <Field label="Until">
        <Input type="datetime-local" step={1} value={to} onChange={(event) => setTo(event.target.value)} />
      </Field>
      <Button type="submit" size="sm" variant="primary" className="self-end">
        Show these
      </Button>
    </form>
  );
}

function words({ since, until }: Times): string {
  if (since === undefined) return until === undefined ? 'Any time' : `Until ${text(until)}`;
  return until === undefined ? `Since ${text(since)}` : `${text(since)} to ${text(until)}`;
}

const text = (at: string): string => absoluteTimeText(Date.parse(at));

/** As the field wants it, in the reader's zone. */
function toLocal(at: string | undefined): string {
  if (at === undefined) return '';
  const date = new Date(at);
  return new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 19);
}

const toInstant = (local: string): string | undefined =>
  Number.isNaN(Date.parse(local)) ? undefined : new Date(local).toISOString();
