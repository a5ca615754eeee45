import { useState } from 'react';
import { useEnvironments } from '../../../data/use-environments.ts';
import {
  useCopyVariable,
  useVariableComparison,
  type VariableComparison,
} from '../../../data/use-variable-comparison.ts';
import type { VariableOwner } from '../../../data/use-variables.ts';
import { Badge, type Tone } from '../../../ui/badge.tsx';
import { Button } from '../../../ui/button.tsx';
import { EmptyState } from '../../../ui/empty-state.tsx';
import { Select } from '../../../ui/select.tsx';
import { Skeleton } from '../../../ui/skeleton.tsx';
import { Switch } from '../../../ui/switch.tsx';
import { Table } from '../../../ui/table.tsx';
import { UserText } from '../../../ui/user-text.tsx';
import type { VariableScope } from './variable-scope.ts';

type Item = VariableComparison['items'][number];

const states: Record<Item['state'], { tone: Tone; label: string }> = {
  same: { tone: 'neutral', label: 'Same' },
  different: { tone: 'warning', label: 'Different' },
  'only-here': { tone: 'info', label: 'Only here' },
  'only-there': { tone: 'accent', label: 'Only there' },
};

/** Which variables another environment has otherwise; values stay hidden. What is missing on one side can be copied over. */
export function EnvironmentComparison({ scope }: { scope: VariableScope }) {
  const { owner, projectId, environmentId } = scope;
  const environments = useEnvironments(projectId);
  const [chosen, setChosen] = useState<string>();
  const others = environments.data?.items.filter(({ id }) => id !== environmentId) ?? [];
  const other = others.find(({ id }) => id === chosen) ?? others[0];
  const comparison = useVariableComparison(owner, other?.id);
  if (environments.data === undefined) return <Skeleton className="h-24" />;
  if (other === undefined) {
    return (
      <EmptyState title="There is nothing to compare with">
        This project has one environment. Once it has another, such as staging, its variables are shown beside these.
      </EmptyState>
    );
  }
  return (
    <>
      <div className="flex flex-wrap items-center gap-2 text-sm">
        Compare with
        <Select
          size="sm"
          aria-label="Environment to compare with"
          value={other.id}
          options={others.map(({ id, name }) => ({ value: id, label: name }))}
          onValueChange={setChosen}
          className="w-48"
        />
      </div>
      {comparison.data === undefined ? (
        <Skeleton className="h-24" />
      ) : owner.kind === 'service' && comparison.data.otherServiceId === null ? (
        <EmptyState title="There is no such service there">
          <UserText text={other.name} /> has no service of this name.
        </EmptyState>
      ) : (
        <Differences
          key={other.id}
          scope={scope}
          there={there(owner, other.id, comparison.data.otherServiceId)}
          thereName={other.name}
          items={comparison.data.items}
        />
      )}
    </>
  );
}

function there(owner: VariableOwner, environmentId: string, serviceId: string | null): VariableOwner {
  return owner.kind === 'service'
    ? { kind: 'service', id: serviceId ?? '' }
    : { kind: 'environment', id: environmentId };
}

interface DifferencesProps {
  scope: VariableScope;
  there: VariableOwner;
  thereName: string;
  items: readonly Item[];
}

function Differences({ scope, there: other, thereName, items }: DifferencesProps) {
  const { owner, canChange, onSaved } = scope;
  const copy = useCopyVariable();
  const [isAll, setAll] = useState(false);
  const shown = isAll ? items : items.filter(({ state }) => state !== 'same');
  const same = items.length - items.filter(({ state }) => state !== 'same').length;

  function button({ name, state }: Item) {
    if (!canChange || state === 'same' || state === 'different') return null;
    const comes = state === 'only-there';
    const [from, to] = comes ? [other, owner] : [owner, other];
    return (
      <Button
        size="sm"
        busy={copy.isPending && copy.variables.name === name}
        aria-label={comes ? `Copy here: ${name}` : `Copy there: ${name}`}
        onClick={() =>
          copy.mutate(
            { name, from, to },
            { onSuccess: ({ warnings }) => onSaved(`${name} was copied ${comes ? 'here' : 'there'}.`, warnings) },
          )
        }
      >
        {comes ? 'Copy here' : 'Copy there'}
      </Button>
    );
  }
  return (
    <>
      {same === 0 ? null : (
        <Switch
          label={`Show those that are the same (${same})`}
          checked={isAll}
          onCheckedChange={setAll}
          className="justify-start gap-3"
        />
      )}
      <Table
        label={`Compared with ${thereName}`}
        columns={[
          {
            id: 'name',
            header: 'Name',
            cell: ({ name }: Item) => <UserText text={name} className="break-all font-mono" />,
          },
          {
            id: 'state',
            header: 'Value',
            cell: ({ state }: Item) => <Badge tone={states[state].tone}>{states[state].label}</Badge>,
          },
          { id: 'copy', header: 'Copy', hideHeader: true, align: 'end', cell: button },
        ]}
        rows={shown}
        rowKey={({ name }) => name}
        empty={<p className="text-muted text-sm">Both have the same variables with the same values.</p>}
      />
    </>
  );
}
