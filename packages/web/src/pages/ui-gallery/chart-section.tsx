import { useState } from 'react';
import { createChartCursor, TimeChart } from '../../ui/time-chart/index.ts';
import { Section, Specimen } from './specimen.tsx';

const STEP = 30;
const COUNT = 120;
const to = Math.floor(Date.now() / 1000 / STEP) * STEP;
const from = to - COUNT * STEP;
const timestamps = Array.from({ length: COUNT }, (_, index) => from + index * STEP);
const MiB = 1024 * 1024;

/** A wave, between 0 and 1, with a gap in it. */
const wave = (shift: number) =>
  timestamps.map((_, index) => (index > 50 && index < 62 ? null : (Math.sin((index + shift) / 9) + 1) / 2));
const scaled = (shift: number, base: number, height: number) =>
  wave(shift).map((value) => (value === null ? null : base + value * height));

const memory = [{ label: 'Memory', color: 6, values: scaled(0, 150 * MiB, 80 * MiB) }] as const;
const latency = [
  { label: 'p50', color: 2, values: scaled(0, 8, 4) },
  { label: 'p95', color: 3, values: scaled(10, 40, 30) },
  { label: 'p99', color: 4, values: scaled(20, 90, 120) },
] as const;
const instances = [
  {
    label: 'Instances',
    color: 1,
    values: timestamps.map((_, index) => (index === 5 ? 1 : index < 20 ? null : index < 70 ? 1 : 3)),
  },
] as const;
const nothing = [{ label: 'Requests', color: 5, values: timestamps.map(() => null) }] as const;
const marks = [
  { id: 'a', at: from + 700, label: 'Deployment #1: Retired', tone: 'good' },
  { id: 'b', at: from + 1900, label: 'Deployment #2: Failed', tone: 'bad' },
  { id: 'c', at: from + 3000, label: 'Deployment #3: Canceled', tone: 'neutral' },
] as const;

export function ChartSection() {
  const [cursor] = useState(createChartCursor);
  const time = { timestamps, from, to, cursor };
  return (
    <Section id="charts" title="Charts">
      <Specimen name="TimeChart: near its limit, with marks and a gap" stack>
        <TimeChart
          {...time}
          title="Memory"
          unit="bytes"
          series={memory}
          limit={256 * MiB}
          note="limit 256 MiB"
          marks={marks}
          onMarkOpen={() => undefined}
        />
      </Specimen>
      <Specimen name="TimeChart: several lines; one cursor for all charts" stack>
        <TimeChart {...time} title="Latency" unit="milliseconds" series={latency} />
      </Specimen>
      <Specimen name="TimeChart: in steps, with a single value" stack>
        <TimeChart {...time} title="Instances" unit="count" series={instances} stepped />
      </Specimen>
      <Specimen name="TimeChart: nothing measured" stack>
        <TimeChart {...time} title="Requests" unit="per-second" series={nothing} empty="No requests in this time." />
      </Specimen>
    </Section>
  );
}
