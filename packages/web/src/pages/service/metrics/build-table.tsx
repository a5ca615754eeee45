import { type BuildSummary, useBuilds } from '../../../data/use-deployments.ts';
import { Button } from '../../../ui/button.tsx';
import { quantityText } from '../../../ui/quantity-text.ts';
import { RelativeTime } from '../../../ui/relative-time.tsx';
import { Table, type TableColumn } from '../../../ui/table.tsx';

export interface BuildTableProps {
  serviceId: string;
  onOpen: (deploymentId: string) => void;
}

/** What the newest builds took, each beside the others; nothing where nothing was built yet. */
export function BuildTable({ serviceId, onOpen }: BuildTableProps) {
  const builds = useBuilds(serviceId).data?.items ?? [];
  if (builds.length === 0) return null;
  const columns: readonly TableColumn<BuildSummary>[] = [
    {
      id: 'number',
      header: 'Deployment',
      cell: ({ number, deploymentId }) => (
        <Button size="sm" variant="ghost" className="-ml-2" onClick={() => onOpen(deploymentId)}>
          #{number}
        </Button>
      ),
    },
    { id: 'took', header: 'Took', align: 'end', cell: ({ seconds }) => quantityText(seconds * 1000, 'milliseconds') },
    {
      id: 'cached',
      header: 'From the cache',
      align: 'end',
      cell: ({ stageCount, cachedStageCount }) => (stageCount === 0 ? '—' : `${cachedStageCount} of ${stageCount}`),
    },
    {
      id: 'size',
      header: 'Image',
      align: 'end',
      cell: ({ imageBytes }) => (imageBytes === null ? '—' : quantityText(imageBytes, 'bytes')),
    },
    { id: 'at', header: 'Ended', cell: ({ at }) => <RelativeTime at={at} /> },
  ];
  return (
    <section aria-labelledby="metrics-builds" className="flex flex-col gap-2">
      <h3 id="metrics-builds" className="text-base">
        Builds
      </h3>
      <Table label="Builds" columns={columns} rows={builds} rowKey={({ deploymentId }) => deploymentId} />
    </section>
  );
}
