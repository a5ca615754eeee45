import type { StackDiagnostic } from '../../data/stack-progress.ts';
import { cn } from '../../ui/cn.ts';
import { UserText } from '../../ui/user-text.tsx';

const looks = {
  error: { word: 'Error', classes: 'border-danger-line bg-danger-soft text-danger-text' },
  warning: { word: 'Warning', classes: 'border-warning-line bg-warning-soft text-warning-text' },
  info: { word: 'Note', classes: 'border-line bg-sunken text-muted' },
};

/** What the engine said of a resource, or of none. */
export function DiagnosticList({ diagnostics }: { diagnostics: readonly StackDiagnostic[] }) {
  if (diagnostics.length === 0) return null;
  return (
    <div className="flex min-w-0 flex-col gap-1">
      {diagnostics.map(({ severity, message, line }) => (
        <div
          key={line}
          className={cn('min-w-0 cursor-auto select-text rounded-md border px-2 py-1 text-xs', looks[severity].classes)}
        >
          <span className="font-medium">{looks[severity].word}: </span>
          <UserText keepLines text={message.trim()} className="whitespace-pre-wrap break-words text-fg" />
        </div>
      ))}
    </div>
  );
}
