import { Eye, EyeOff } from 'lucide-react';
import { useEffect, useState } from 'react';
import { cn } from './cn.ts';
import { CopyButton } from './copy-button.tsx';
import { IconButton } from './icon-button.tsx';
import { visibleText } from './visible-text.ts';

const HIDE_AFTER = 60_000;

export interface SecretValueProps {
  /** What it is the value of; read out by the buttons. */
  name: string;
  /** Asks the server for the value (which notes who asked). */
  reveal: () => Promise<string>;
  /** Called with what `reveal` threw, to say it in words. */
  onRevealError?: (error: unknown) => void;
  /** No buttons, for whoever may not see it. */
  locked?: boolean;
  className?: string;
}

/** A value that is masked until somebody asks for it, and again after a minute. The mask tells nothing about the length. */
export function SecretValue({ name, reveal, onRevealError, locked = false, className }: SecretValueProps) {
  const [value, setValue] = useState<string>();
  const [busy, setBusy] = useState(false);
  useEffect(() => {
    if (value === undefined) return undefined;
    const timer = setTimeout(() => setValue(undefined), HIDE_AFTER);
    return () => clearTimeout(timer);
  }, [value]);
  const show = (): void => {
    setBusy(true);
    reveal()
      .then(setValue, (error: unknown) => onRevealError?.(error))
      .finally(() => setBusy(false));
  };
  return (
    <span className={cn('inline-flex max-w-full min-w-0 items-center gap-1', className)}>
      {value === undefined ? (
        <span className="select-none font-mono text-muted text-sm tracking-wider">
          <span aria-hidden>••••••••</span>
          <span className="sr-only">hidden</span>
        </span>
      ) : (
        <bdi className="min-w-0 whitespace-pre-wrap break-all text-left font-mono text-sm">
          {visibleText(value, true)}
        </bdi>
      )}
      {locked ? null : (
        <>
          <IconButton
            size="sm"
            label={value === undefined ? `Reveal ${name}` : `Hide ${name}`}
            icon={value === undefined ? <Eye /> : <EyeOff />}
            busy={busy}
            onClick={value === undefined ? show : () => setValue(undefined)}
          />
          <CopyButton size="sm" text={value ?? reveal} label={`Copy ${name}`} />
        </>
      )}
    </span>
  );
}
