import { Check, Copy } from 'lucide-react';
import { useEffect, useState } from 'react';
import { Button } from './button.tsx';
import { IconButton } from './icon-button.tsx';

export interface CopyButtonProps {
  /** What to copy, or how to get it (a revealed secret). */
  text: string | (() => Promise<string>);
  /** What is copied: "Copy URL". */
  label: string;
  size?: 'sm' | 'md';
  /** With its words, not only the icon. */
  withLabel?: boolean;
  className?: string;
}

/** Writes to the clipboard; falls back to a selection where the page is not on a secure origin (http on a LAN). */
export async function copyText(text: string): Promise<void> {
  if (window.isSecureContext) {
    await navigator.clipboard.writeText(text);
    return;
  }
  const area = document.createElement('textarea');
  area.value = text;
  area.style.position = 'fixed';
  area.style.opacity = '0';
  // Inside the open dialog if there is one: its focus trap would take the selection away elsewhere.
  (document.activeElement?.closest('[role=dialog]') ?? document.body).append(area);
  area.select();
  // The one way without a secure context; deprecated and in every browser.
  const copied = document.execCommand('copy');
  area.remove();
  if (!copied) throw new Error('The browser did not copy.');
}

/** Copies a text and says whether it did. */
export function CopyButton({ text, label, size = 'md', withLabel = false, className }: CopyButtonProps) {
  const [state, setState] = useState<'idle' | 'copied' | 'failed'>('idle');
  useEffect(() => {
    if (state === 'idle') return undefined;
    const timer = setTimeout(() => setState('idle'), 2_000);
    return () => clearTimeout(timer);
  }, [state]);
  const copy = (): void => {
    void (async () => {
      try {
        await copyText(typeof text === 'string' ? text : await text());
        setState('copied');
      } catch {
        setState('failed');
      }
    })();
  };
  const words = state === 'copied' ? 'Copied' : state === 'failed' ? 'Not copied: select it by hand' : label;
  const icon = state === 'copied' ? <Check className="text-success" /> : <Copy />;
  const said = (
    <span role="status" className="sr-only">
      {state === 'idle' ? '' : words}
    </span>
  );
  return (
    <>
      {withLabel ? (
        <Button size={size} icon={icon} onClick={copy} className={className}>
          {words}
        </Button>
      ) : (
        <IconButton size={size} label={words} icon={icon} onClick={copy} className={className} />
      )}
      {said}
    </>
  );
}
