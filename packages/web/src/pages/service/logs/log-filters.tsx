import { X } from 'lucide-react';
import { useDeployments } from '../../../data/use-deployments.ts';
import { useInstances } from '../../../data/use-instances.ts';
import type { LogStream, ProjectSearch } from '../../../route-search.ts';
import { Button } from '../../../ui/button.tsx';
import { Select } from '../../../ui/select.tsx';
import { TimeFilter } from './time-filter.tsx';

type Filters = {
  [K in 'deployment' | 'instance' | 'process' | 'stream' | 'text' | 'since' | 'until']?: ProjectSearch[K] | undefined;
};

export interface LogFiltersProps {
  serviceId: string;
  value: Filters;
  onChange: (value: Filters) => void;
}

/** No instance, process or deployment has this name: it stands for all of them. */
const ALL = '*';

const streams: { value: LogStream; label: string }[] = [
  { value: 'stdout', label: 'Standard output' },
  { value: 'stderr', label: 'Standard error' },
  { value: 'system', label: 'davit itself' },
];

/** Which lines are shown. */
export function LogFilters({ serviceId, value, onChange }: LogFiltersProps) {
  const deployments = useDeployments(serviceId);
  const instances = useInstances(serviceId);
  const running = instances.data?.items ?? [];
  const processes = [...new Set(running.map(({ process }) => process))];
  const isFiltered = Object.values(value).some((part) => part !== undefined);
  return (
    <div role="group" aria-label="Filters" className="flex shrink-0 flex-wrap items-center gap-2 px-4 py-2 md:px-5">
      <Choice
        label="Deployment"
        all="All deployments"
        value={value.deployment}
        options={(deployments.data?.items ?? []).map(({ id, number }) => ({
          value: id,
          label: `Deployment #${number}`,
        }))}
        onChange={(deployment) => onChange({ ...value, deployment })}
      />
      <Choice
        label="Instance"
        all="All instances"
        value={value.instance}
        options={running.map(({ id, process, ordinal, state }) => ({
          value: id,
          label: `${process}-${ordinal}`,
          ...(state === 'running' ? {} : { description: state }),
        }))}
        onChange={(instance) => onChange({ ...value, instance })}
      />
      {processes.length < 2 && value.process === undefined ? null : (
        <Choice
          label="Process"
          all="All processes"
          value={value.process}
          options={processes.map((name) => ({ value: name, label: name }))}
          onChange={(process) => onChange({ ...value, process })}
        />
      )}
      <Choice
        label="Stream"
        all="All streams"
        value={value.stream}
        options={streams}
        onChange={(stream) => onChange({ ...value, stream })}
      />
      <TimeFilter since={value.since} until={value.until} onChange={(times) => onChange({ ...value, ...times })} />
      {isFiltered ? (
        <Button size="sm" variant="ghost" icon={<X />} onClick={() => onChange({})}>
          Clear filters
        </Button>
      ) : null}
    </div>
  );
}

interface ChoiceProps<Value extends string> {
  label: string;
  all: string;
  value: Value | undefined;
  options: readonly { value: Value; label: string; description?: string }[];
  onChange: (value: Value | undefined) => void;
}

function Choice<Value extends string>({ label, all, value, options, onChange }: ChoiceProps<Value>) {
  // What the address names may be gone: it still says what is shown.
  const isKnown = value === undefined || options.some((option) => option.value === value);
  const shown = isKnown ? options : [...options, { value, label: `${label} ${value}` }];
  return (
    <Select<string>
      size="sm"
      className="w-auto min-w-32 max-w-56"
      aria-label={label}
      value={value ?? ALL}
      options={[{ value: ALL, label: all }, ...shown]}
      onValueChange={(next) => onChange(next === ALL ? undefined : (next as Value))}
    />
  );
}
