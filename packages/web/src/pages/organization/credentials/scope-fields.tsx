import { Field } from '../../../ui/field.tsx';
import { Input } from '../../../ui/input.tsx';
import { Select } from '../../../ui/select.tsx';
import { visibleText } from '../../../ui/visible-text.ts';
import { type CredentialScope, parseLabels } from './credential-scope.ts';
import { useEnvironmentNames } from './use-environment-names.ts';

export interface ScopeFieldsProps {
  scope: CredentialScope;
  onScope: (scope: CredentialScope) => void;
  /** What the server, or its schema, has against the fields. */
  faults: { labels?: string | undefined; expiresAt?: string | undefined };
}

const EVERY = 'every';

/** Where a credential applies, how it is told from others, and how long it is good. */
export function ScopeFields({ scope, onScope, faults }: ScopeFieldsProps) {
  const environments = useEnvironmentNames();
  const labelFault = parseLabels(scope.labels) === undefined ? 'Write key=value.' : faults.labels;
  return (
    <>
      <Field label="Environment" hint="Only cloud resources of this environment may use it.">
        <Select
          value={scope.environmentId === '' ? EVERY : scope.environmentId}
          onValueChange={(value) => onScope({ ...scope, environmentId: value === EVERY ? '' : value })}
          options={[
            { value: EVERY, label: 'Every environment' },
            ...[...environments].map(([value, name]) => ({ value, label: visibleText(name) })),
          ]}
        />
      </Field>
      <div className="grid gap-4 sm:grid-cols-2">
        <Field label="Labels" hint="A manifest chooses by them: team=shop, tier=prod." error={labelFault}>
          <Input
            value={scope.labels}
            spellCheck={false}
            onChange={(event) => onScope({ ...scope, labels: event.target.value })}
          />
        </Field>
        <Field label="Expires" hint="You are warned two weeks before." error={faults.expiresAt}>
          <Input type="date" value={scope.end} onChange={(event) => onScope({ ...scope, end: event.target.value })} />
        </Field>
      </div>
    </>
  );
}
