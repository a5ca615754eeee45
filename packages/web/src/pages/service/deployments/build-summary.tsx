import { ChevronRight } from 'lucide-react';
import type { BuildReport } from '../../../data/use-deployments.ts';
import { quantityText } from '../../../ui/quantity-text.ts';
import { Table, type TableColumn } from '../../../ui/table.tsx';
import { UserText } from '../../../ui/user-text.tsx';

interface Row {
  id: number;
  stage: BuildReport['stages'][number];
}

const secondsText = (seconds: number) => quantityText(seconds * 1000, 'milliseconds');

const columns: readonly TableColumn<Row>[] = [
  {
    id: 'title',
    header: 'Stage',
    className: '@xl:w-3/4',
    cell: ({ stage }) => <UserText text={stage.title} className="break-all font-mono text-xs" />,
  },
  {
    id: 'took',
    header: 'Took',
    align: 'end',
    className: '@xl:whitespace-nowrap',
    cell: ({ stage }) => (stage.cached ? 'from the cache' : secondsText(stage.seconds)),
  },
];

const ROW = 'px-4 pb-3 text-muted text-sm md:px-5';

/** How long a build took, what of it came from the cache, how large the image is; with its stages for who wants to know. Undefined: it is still to come. */
export function BuildSummary({ build }: { build: BuildReport | undefined }) {
  // Its row is there from the beginning, so that the log below stays where it is read.
  if (build === undefined) return <p className={ROW}>Not built yet</p>;
  const { seconds, stages, stageCount, cachedStageCount, imageBytes } = build;
  const left = stageCount - stages.length;
  const facts = [
    `Built in ${secondsText(seconds)}`,
    ...(stageCount === 0 ? [] : [`${cachedStageCount} of ${stageCount} stages from the cache`]),
    ...(imageBytes === null ? [] : [`image ${quantityText(imageBytes, 'bytes')}`]),
  ].join(' · ');
  if (stages.length === 0) return <p className={ROW}>{facts}</p>;
  return (
    <details className="group px-4 pb-3 text-sm md:px-5">
      <summary className="flex cursor-pointer list-none items-center gap-1 text-muted hover:text-fg">
        <ChevronRight aria-hidden className="size-4 shrink-0 transition-transform group-open:rotate-90" />
        {facts}
      </summary>
      <Table
        label="Stages of the build"
        className="mt-2"
        columns={columns}
        rows={stages.map((stage, id) => ({ id, stage }))}
        rowKey={({ id }) => String(id)}
      />
      {left > 0 ? <p className="mt-1 text-subtle text-xs">And {left} shorter ones.</p> : null}
    </details>
  );
}
