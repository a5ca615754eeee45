import { cn } from './cn.ts';
import { CopyButton } from './copy-button.tsx';
import { visibleText } from './visible-text.ts';

export interface CodeBlockProps {
  code: string;
  /** What is copied: "Copy command". */
  copyLabel?: string;
  /** Break long lines instead of scrolling sideways. */
  wrap?: boolean;
  className?: string;
}

/** A command or a file, with a button that copies it. What is copied is exactly `code`; what is shown has its control characters written out. */
export function CodeBlock({ code, copyLabel = 'Copy', wrap = false, className }: CodeBlockProps) {
  return (
    <div className={cn('flex min-w-0 items-start rounded-md border bg-sunken', className)}>
      {/* a scroller must be reachable by keyboard */}
      <pre
        dir="ltr"
        tabIndex={wrap ? undefined : 0}
        className={cn(
          'min-w-0 flex-1 overflow-x-auto rounded-md py-2 pl-3 font-mono text-xs leading-5',
          wrap && 'whitespace-pre-wrap break-all',
        )}
      >
        <code>{visibleText(code, true)}</code>
      </pre>
      <CopyButton text={code} label={copyLabel} size="sm" className="m-1.5" />
    </div>
  );
}
