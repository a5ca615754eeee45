import { useRunOutput } from '../../../data/use-deployments.ts';
import { stripAnsi } from '../../../ui/log-viewer/ansi.ts';
import { visibleText } from '../../../ui/visible-text.ts';

export interface DeploymentOutputProps {
  runId: string;
  /** Only lines of this step. */
  step: string | undefined;
  underWay: boolean;
}

/** The last thousand lines that a deployment wrote. */
export function DeploymentOutput({ runId, step, underWay }: DeploymentOutputProps) {
  const output = useRunOutput(runId, underWay);
  const lines = (output.data?.lines ?? []).filter((line) => step === undefined || line.step === step);
  if (output.data !== undefined && lines.length === 0) {
    return <p className="text-muted text-sm">{underWay ? 'Nothing was written yet.' : 'Nothing was written.'}</p>;
  }
  return (
    // Scrolls by keyboard too.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <pre
      tabIndex={0}
      className="max-h-[50vh] overflow-auto rounded-lg border bg-sunken p-3 font-mono text-xs leading-5"
    >
      {lines.map((line) => (
        <span key={line.seq} className={line.stream === 'system' ? 'text-muted' : undefined}>
          {visibleText(stripAnsi(line.content))}
          {'\n'}
        </span>
      ))}
    </pre>
  );
}
