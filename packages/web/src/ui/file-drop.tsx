import { FolderUp } from 'lucide-react';
import { type DragEvent, useRef, useState } from 'react';
import { Button } from './button.tsx';
import { cn } from './cn.ts';
import { type ChosenSource, type SkipPath, sourceOfDrop, sourceOfInput } from './dropped-files.ts';
import { Spinner } from './spinner.tsx';

export interface FileDropProps {
  onChoose: (source: ChosenSource) => void;
  /** What could not be read. */
  onError?: (error: unknown) => void;
  /** Paths that are left out while a folder is read (node_modules, .git). */
  skip?: SkipPath;
  /** The endings of archives that can be chosen: ".tar.gz,.tgz,.zip". */
  accept?: string;
  title?: string;
  hint?: string;
  disabled?: boolean;
  className?: string;
}

const skipNothing: SkipPath = () => false;

/** A folder or an archive: dropped here, or chosen by a button. */
export function FileDrop(props: FileDropProps) {
  const {
    onChoose,
    onError,
    skip = skipNothing,
    accept,
    title = 'Drop a folder or an archive here',
    hint,
    disabled = false,
    className,
  } = props;
  const folderInput = useRef<HTMLInputElement>(null);
  const fileInput = useRef<HTMLInputElement>(null);
  const [over, setOver] = useState(false);
  const [reading, setReading] = useState(false);
  const take = (source: ChosenSource | undefined): void => {
    if (source !== undefined) onChoose(source);
  };
  const onDrop = (event: DragEvent): void => {
    event.preventDefault();
    setOver(false);
    if (disabled || reading) return;
    setReading(true);
    sourceOfDrop(event.dataTransfer, skip)
      .then(take, (error: unknown) => onError?.(error))
      .finally(() => setReading(false));
  };
  const onDragOver = (event: DragEvent): void => {
    event.preventDefault();
    setOver(!disabled);
  };
  return (
    <div
      onDragOver={onDragOver}
      onDragLeave={() => setOver(false)}
      onDrop={onDrop}
      className={cn(
        'flex flex-col items-center gap-3 rounded-lg border border-control border-dashed px-6 py-8 text-center transition-colors',
        over && 'border-accent bg-accent-soft',
        disabled && 'opacity-50',
        className,
      )}
    >
      <span className="flex size-10 items-center justify-center rounded-full bg-selected text-muted">
        {reading ? (
          <Spinner label="Reading the folder" className="size-5" />
        ) : (
          <FolderUp aria-hidden className="size-5" />
        )}
      </span>
      <div className="flex flex-col gap-0.5">
        <p className="font-medium text-sm">{title}</p>
        {hint === undefined ? null : <p className="text-muted text-xs">{hint}</p>}
      </div>
      <div className="flex flex-wrap justify-center gap-2">
        <Button size="sm" disabled={disabled || reading} onClick={() => folderInput.current?.click()}>
          Choose a folder
        </Button>
        <Button size="sm" disabled={disabled || reading} onClick={() => fileInput.current?.click()}>
          Choose an archive
        </Button>
      </div>
      {/* The buttons above are what is seen and reached by keyboard. */}
      <input
        ref={folderInput}
        type="file"
        {...{ webkitdirectory: '' }}
        multiple
        hidden
        aria-hidden
        tabIndex={-1}
        data-input="folder"
        onChange={(event) => {
          if (event.target.files !== null) take(sourceOfInput(event.target.files, skip));
          event.target.value = '';
        }}
      />
      <input
        ref={fileInput}
        type="file"
        accept={accept}
        hidden
        aria-hidden
        tabIndex={-1}
        data-input="archive"
        onChange={(event) => {
          if (event.target.files !== null) take(sourceOfInput(event.target.files, skip));
          event.target.value = '';
        }}
      />
    </div>
  );
}
