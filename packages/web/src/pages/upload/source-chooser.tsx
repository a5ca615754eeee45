import { FolderCheck, RotateCcw } from 'lucide-react';
import { useRef, useState } from 'react';
import type { UploadProgress } from '../../data/use-archive-upload.ts';
import { Alert } from '../../ui/alert.tsx';
import { Button } from '../../ui/button.tsx';
import { FileDrop } from '../../ui/file-drop.tsx';
import { Progress } from '../../ui/progress.tsx';
import { UserText } from '../../ui/user-text.tsx';
import { type LeftOut, largestSource, type PreparedSource, prepareSource, sizeText } from './prepared-source.ts';
import { isAlwaysOut } from './source-rules.ts';

export interface SourceChooserProps {
  source: PreparedSource | undefined;
  onChoose: (source: PreparedSource | undefined) => void;
  progress: UploadProgress;
  onCancel: () => void;
}

/** A folder or an archive to be uploaded: chosen, looked at, and sent. */
export function SourceChooser({ source, onChoose, progress, onCancel }: SourceChooserProps) {
  const skipped = useRef(new Set<string>());
  const [unread, setUnread] = useState(false);
  if (progress !== undefined) return <Sending progress={progress} onCancel={onCancel} />;
  if (source !== undefined) return <Chosen source={source} onAgain={() => onChoose(undefined)} />;
  return (
    <div className="flex flex-col gap-3">
      <FileDrop
        accept=".tar,.gz,.tgz,.zst"
        hint={`At most ${sizeText(largestSource)}. What .gitignore and .davitignore name stays here, as do .git and node_modules.`}
        skip={(path, isFolder) => {
          const isOut = isFolder && isAlwaysOut(path);
          if (isOut) skipped.current.add(path);
          return isOut;
        }}
        onChoose={(chosen) => {
          const folders = [...skipped.current];
          skipped.current.clear();
          setUnread(false);
          prepareSource(chosen, folders).then(onChoose, () => setUnread(true));
        }}
        onError={() => setUnread(true)}
      />
      {unread ? (
        <Alert tone="danger" title="The browser could not read it.">
          Choose it again. A folder that is changed or removed meanwhile cannot be read.
        </Alert>
      ) : null}
    </div>
  );
}

function Sending({ progress, onCancel }: { progress: 'packing' | number; onCancel: () => void }) {
  const words = progress === 'packing' ? 'Packing' : `Uploading, ${Math.round(progress * 100)} %`;
  return (
    <div className="flex flex-col gap-2 rounded-lg border px-3 py-3">
      <div className="flex items-center justify-between gap-3">
        <p role="status" className="text-sm">
          {words}
        </p>
        <Button size="sm" onClick={onCancel}>
          Cancel upload
        </Button>
      </div>
      <Progress label="Upload" {...(progress === 'packing' ? {} : { value: progress })} />
    </div>
  );
}

function Chosen({ source, onAgain }: { source: PreparedSource; onAgain: () => void }) {
  const { name, files, bytes, leftOut, refusal } = source;
  const count = files === undefined ? 'Archive, sent as it is' : files === 1 ? '1 file' : `${files} files`;
  return (
    <div className="flex flex-col gap-3 rounded-lg border px-3 py-3">
      <div className="flex items-center gap-3">
        <FolderCheck aria-hidden className="size-5 shrink-0 text-muted" />
        <span className="flex min-w-0 flex-1 flex-col">
          <UserText text={name} className="truncate font-medium text-sm" />
          <span className="text-muted text-xs">
            {count}, {sizeText(bytes)}
          </span>
        </span>
        <Button size="sm" icon={<RotateCcw aria-hidden />} onClick={onAgain}>
          Choose another
        </Button>
      </div>
      {refusal === undefined ? null : (
        <Alert tone="danger" title="It cannot be uploaded.">
          {refusal}
        </Alert>
      )}
      {leftOut.length === 0 ? null : <LeftOutList leftOut={leftOut} />}
    </div>
  );
}

const MOST_SHOWN = 100;

function LeftOutList({ leftOut }: { leftOut: readonly LeftOut[] }) {
  const more = leftOut.length - MOST_SHOWN;
  return (
    <details className="text-sm">
      <summary className="w-fit rounded-sm text-muted">Left out: {leftOut.length}</summary>
      <ul aria-label="Left out" className="mt-1 max-h-32 overflow-y-auto font-mono text-muted text-xs" tabIndex={0}>
        {leftOut.slice(0, MOST_SHOWN).map(({ path, files }) => (
          <li key={path} className="truncate">
            <UserText text={path} />
            {files !== undefined && files > 1 ? ` (${files} files)` : ''}
          </li>
        ))}
        {more > 0 ? <li>and {more} more</li> : null}
      </ul>
    </details>
  );
}
