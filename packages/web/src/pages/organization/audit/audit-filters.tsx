import { type FormEvent, useState } from 'react';
import type { AuditFilter } from '../../../data/use-audit-log.ts';
import { Button } from '../../../ui/button.tsx';
import { Combobox } from '../../../ui/combobox.tsx';
import { Field } from '../../../ui/field.tsx';
import { Input } from '../../../ui/input.tsx';
import { Select } from '../../../ui/select.tsx';
import { visibleText } from '../../../ui/visible-text.ts';
import { commonActions } from './audit-words.ts';
import { fromLocalInput, toLocalInput } from './local-time.ts';

const ANYBODY = 'anybody';

export interface AuditFiltersProps {
  filter: AuditFilter;
  /** Who can be chosen, by id. */
  actors: ReadonlyMap<string, string>;
  onFilter: (filter: AuditFilter) => void;
}

/** What to look for in the log. Give a new `key` with each other filter. */
export function AuditFilters({ filter, actors, onFilter }: AuditFiltersProps) {
  const [action, setAction] = useState(filter.action ?? '');
  const [subject, setSubject] = useState(filter.subject ?? '');
  const [actor, setActor] = useState(filter.actor ?? ANYBODY);
  const [since, setSince] = useState(toLocalInput(filter.since));
  const [until, setUntil] = useState(toLocalInput(filter.until));

  const submit = (event: FormEvent): void => {
    event.preventDefault();
    onFilter(
      withoutEmpty({
        action: action.trim(),
        subject: subject.trim(),
        actor: actor === ANYBODY ? '' : actor,
        since: fromLocalInput(since),
        until: fromLocalInput(until),
      }),
    );
  };
  // One who is no member any more is looked for by id.
  const names = new Map(actor === ANYBODY || actors.has(actor) ? actors : [...actors, [actor, actor]]);
  return (
    <search>
      <form onSubmit={submit} className="grid items-start gap-3 sm:grid-cols-2 lg:grid-cols-5">
        <Field label="Action">
          <Combobox
            free
            value={action}
            onValueChange={setAction}
            items={commonActions.map((text) => ({ text }))}
            listLabel="Actions"
            placeholder="member."
          />
        </Field>
        <Field label="Subject">
          <Input
            value={subject}
            onChange={(event) => setSubject(event.target.value)}
            placeholder="Id"
            spellCheck={false}
          />
        </Field>
        <Field label="Actor">
          <Select
            value={actor}
            onValueChange={setActor}
            options={[
              { value: ANYBODY, label: 'Anybody' },
              ...[...names].map(([value, name]) => ({ value, label: visibleText(name) })),
            ]}
          />
        </Field>
        <Field label="Since">
          <Input type="datetime-local" value={since} onChange={(event) => setSince(event.target.value)} />
        </Field>
        <Field label="Until">
          <Input type="datetime-local" value={until} onChange={(event) => setUntil(event.target.value)} />
        </Field>
        <div className="flex gap-2 sm:col-span-2 lg:col-span-5">
          <Button type="submit">Filter</Button>
          {Object.keys(filter).length === 0 ? null : (
            <Button variant="ghost" onClick={() => onFilter({})}>
              Show all
            </Button>
          )}
        </div>
      </form>
    </search>
  );
}

function withoutEmpty(filter: { [Name in keyof AuditFilter]: string | undefined }): AuditFilter {
  return Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined && value !== ''));
}
