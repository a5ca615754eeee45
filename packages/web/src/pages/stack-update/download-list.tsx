import type { DownloadEvent } from '../../data/stack-progress.ts';
import { Progress } from '../../ui/progress.tsx';
import { UserText } from '../../ui/user-text.tsx';
import { percentText } from './resource-words.ts';

/** Plugins that are fetched now. */
export function DownloadList({ downloads }: { downloads: readonly DownloadEvent[] }) {
  const open = downloads.filter(({ done }) => !done);
  if (open.length === 0) return null;
  return (
    <ul aria-label="Downloads" className="flex flex-col gap-2 px-2 pb-2 text-sm">
      {open.map((download) => (
        <li key={download.id} className="flex flex-col gap-1">
          <span className="flex justify-between gap-2">
            <UserText text={download.message} className="min-w-0 break-words" />
            {download.total > 0 ? <span className="text-muted tabular-nums">{percentText(download)}</span> : null}
          </span>
          {download.total > 0 ? <Progress label={download.message} value={download.received / download.total} /> : null}
        </li>
      ))}
    </ul>
  );
}
