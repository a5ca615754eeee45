import { useState } from 'react';
import { Duration } from '../../ui/duration.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { Sparkline } from '../../ui/sparkline.tsx';
import { knownStatuses } from '../../ui/status.ts';
import { StatusBadge } from '../../ui/status-badge.tsx';
import { StepsList } from '../../ui/steps-list.tsx';
import { Section, Specimen } from './specimen.tsx';

const loaded = Date.now();
const steps = [
  {
    id: 'fetch',
    label: 'Fetch the source',
    state: 'succeeded',
    startedAt: loaded - 95_000,
    finishedAt: loaded - 93_200,
  },
  { id: 'build', label: 'Build', state: 'succeeded', startedAt: loaded - 93_000, finishedAt: loaded - 12_000 },
  { id: 'start', label: 'Start instances', state: 'running', startedAt: loaded - 12_000 },
  { id: 'switch', label: 'Switch traffic', state: 'pending' },
  { id: 'drain', label: 'Drain the old release', state: 'pending' },
];
const failedSteps = [
  {
    id: 'fetch',
    label: 'Fetch the source',
    state: 'succeeded',
    startedAt: loaded - 95_000,
    finishedAt: loaded - 94_500,
  },
  {
    id: 'build',
    label: 'Build',
    state: 'failed',
    startedAt: loaded - 94_000,
    finishedAt: loaded - 60_000,
    detail: 'npm ci ended with status 1.',
  },
  { id: 'start', label: 'Start instances', state: 'skipped' },
];

export function StateSection() {
  const [step, setStep] = useState('build');
  return (
    <Section id="states" title="States and times">
      <Specimen name="StatusBadge" wide>
        {knownStatuses.map((status) => (
          <StatusBadge key={status} status={status} />
        ))}
        <StatusBadge status="degraded" label="1 of 3 running" size="md" />
        <StatusBadge status="something-new" />
      </Specimen>
      <Specimen name="StepsList" stack>
        <StepsList label="Steps of the deployment" items={steps} />
      </Specimen>
      <Specimen name="StepsList: chosen, failed" stack>
        <StepsList label="Steps of the failed deployment" items={failedSteps} selectedId={step} onSelect={setStep} />
      </Specimen>
      <Specimen name="RelativeTime, Duration">
        <RelativeTime at={loaded} />
        <RelativeTime at={loaded - 125_000} />
        <RelativeTime at={loaded - 26 * 3_600_000} plain />
        <RelativeTime at="2025-03-04T05:06:07Z" />
        <Duration from={loaded} />
        <Duration from={loaded - 3_780_000} to={loaded} />
        <Duration from={loaded - 850} to={loaded} />
      </Specimen>
      <Specimen name="Sparkline">
        <Sparkline className="w-40" values={[1, 2, 4, 3, 5, 9, 6, 4, 2, 2, 3]} label="CPU, now 0.3 cores" />
        <Sparkline
          className="w-40 text-success"
          values={[1, 2, null, null, 5, 9, null, 4, 2, 2, 3]}
          label="Requests, with gaps"
        />
        <Sparkline className="w-40 text-idle" values={[0, 0, 0, 0]} label="Nothing" />
      </Specimen>
    </Section>
  );
}
