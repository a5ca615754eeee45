import { Download } from 'lucide-react';
import { useState } from 'react';
import { EmptyState } from '../../ui/empty-state.tsx';
import { IconButton } from '../../ui/icon-button.tsx';
import { type LineSelection, LogViewer, useLoadedLogSearch } from '../../ui/log-viewer/index.ts';
import { Switch } from '../../ui/switch.tsx';
import { Section, Specimen } from './specimen.tsx';
import { useSampleLog } from './use-sample-log.ts';

export function LogSection() {
  const [live, setLive] = useState(false);
  const [selection, setSelection] = useState<LineSelection>({ from: 4, to: 6 });
  const source = useSampleLog(1_000_000, live);
  const search = useLoadedLogSearch(source);
  return (
    <Section id="logs" title="Logs">
      <Specimen name="LogViewer: 1,000,000 lines, paged" wide stack>
        <Switch label="Live" hint="14 lines a second." checked={live} onCheckedChange={setLive} />
        <LogViewer
          className="h-120 rounded-md border"
          label="Sample log"
          source={source}
          search={search}
          selection={selection}
          onSelectionChange={setSelection}
          errorNumber={999_962}
          labels
          toolbarEnd={<IconButton label="Download" icon={<Download />} />}
        />
      </Specimen>
      <Specimen name="LogViewer: short, wrapped" stack>
        <ShortLog />
      </Specimen>
      <Specimen name="LogViewer: empty" stack>
        <EmptyLog />
      </Specimen>
    </Section>
  );
}

function ShortLog() {
  const source = useSampleLog(12, false);
  return <LogViewer className="h-80 rounded-md border" label="Short log" source={source} initialWrap />;
}

function EmptyLog() {
  const source = useSampleLog(0, true);
  return (
    <LogViewer
      className="h-80 rounded-md border"
      label="Empty log"
      source={{ ...source, lineCount: 0 }}
      empty={<EmptyState title="Nothing written yet">What the instances write appears here.</EmptyState>}
    />
  );
}
