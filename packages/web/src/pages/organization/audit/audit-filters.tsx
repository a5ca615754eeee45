import { type FormEvent, useState } from 'react';
import type { AuditFilter } from '../../../data/use-audit-log.ts';
import { Button } from '../../../ui/button.tsx';
import { Combobox } from '../../../ui/combobox.tsx';
import { Field } from '../../../ui/field.tsx';
import { Input } from '../../../ui/input.tsx';
import { Select } from '../../../ui/select.tsx';
import { visibleText } from '../../../ui/visible-text.ts';
import { commonActions, resultWords } from './audit-words.ts';
import { fromLocalInput, toLocalInput } from './local-time.ts';

const ANYBODY = 'anybody';
const ANY = 'any';

const results = ['done', 'refused', 'failed'] as const;

export interface AuditFiltersProps {
  filter: AuditFilter;
  /** Who can be chosen, by id. */
  actors: ReadonlyMap<string, string>;
  /** Operators may look at what is in the log of no organization, too. */
  isOperator: boolean;
  onFilter: (filter: AuditFilter) => void;
}

/** What to look for in the log. Give a new `key` with each other filter. */
export function AuditFilters({ filter, actors, isOperator, onFilter }: AuditFiltersProps) {
  const [action, setAction] = useState(filter.action ?? '');
  const [subject, setSubject] = useState(filter.subject ?? '');
  const [actor, setActor] = useState(filter.actor ?? ANYBODY);
  const [address, setAddress] = useState(filter.address ?? '');
  const [result, setResult] = useState<(typeof results)[number] | typeof ANY>(filter.result ?? ANY);
  const [of, setOf] = useState<'organization' | 'nobody'>(filter.of ?? 'organization');
  const [since, setSince] = useState(toLocalInput(filter.since));
  const [until, setUntil] = useState(toLocalInput(filter.until));

  const submit = (event: FormEvent): void => {
    event.preventDefault();
    onFilter(
      withoutEmpty({
        of: of === 'nobody' ? of : undefined,
        action: action.trim(),
        subject: subject.trim(),
        actor: actor === ANYBODY ? '' : actor,
        address: address.trim(),
        result: result === ANY ? undefined : result,
        since: fromLocalInput(since),
        until: fromLocalInput(until),
      }),
    );
  };
  // One who is no member any more is looked for by id.
  const names = new Map(actor === ANYBODY || actors.has(actor) ? actors : [...actors, [actor, actor]]);
  return (
    <search>
      <form onSubmit={submit} className="grid items-start gap-3 sm:grid-cols-2 lg:grid-cols-4">
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
        <Field label="Result">
          <Select
            value={result}
            onValueChange={setResult}
            options={[
              { value: ANY, label: 'Any' },
              ...results.map((value) => ({ value, label: resultWords[value].text })),
            ]}
          />
        </Field>
        <Field label="Address">
          <Input
            value={address}
            onChange={(event) => setAddress(event.target.value)}
            placeholder="192.0.2.1"
            spellCheck={false}
          />
        </Field>
        <Field label="Since">
          <Input type="datetime-local" value={since} onChange={(event) => setSince(event.target.value)} />
        </Field>
        <Field label="Until">
          <Input type="datetime-local" value={until} onChange={(event) => setUntil(event.target.value)} />
        </Field>
        {isOperator ? (
          <Field label="Log">
            <Select
              value={of}
              onValueChange={setOf}
              options={[
                { value: 'organization', label: 'This organization’s' },
                { value: 'nobody', label: 'No organization’s', description: 'People nobody knows, and davit itself' },
              ]}
            />
          </Field>
        ) : null}
        <div className="flex gap-2 sm:col-span-2 lg:col-span-4">
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

function withoutEmpty(filter: { [Name in keyof AuditFilter]: AuditFilter[Name] | undefined }): AuditFilter {
  return Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined && value !== ''));
}
