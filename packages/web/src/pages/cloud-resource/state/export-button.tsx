import { useExportState } from '../../../data/use-checkpoints.ts';
import type { CloudResourceOverview } from '../../../data/use-overview.ts';
import { Button } from '../../../ui/button.tsx';

function saveAs(name: string, content: unknown): void {
  const address = URL.createObjectURL(new Blob([JSON.stringify(content, null, 2)], { type: 'application/json' }));
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  // The browser has begun to read it by then.
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

/** Gives a state as a file, its secrets encrypted as they are kept. */
export function ExportButton({ resource, version }: { resource: CloudResourceOverview; version: number }) {
  const state = useExportState(resource.id);
  return (
    <Button
      size="sm"
      aria-label={`Export version ${version}`}
      busy={state.isPending}
      onClick={() =>
        state.mutate(version, { onSuccess: (content) => saveAs(`${resource.name}-state-${version}.json`, content) })
      }
    >
      Export
    </Button>
  );
}
