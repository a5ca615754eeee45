import { GitBranch, Pencil, Plus, RotateCw, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { Button } from '../../ui/button.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { ExternalLink } from '../../ui/external-link.tsx';
import { IconButton, IconLink } from '../../ui/icon-button.tsx';
import { Kbd } from '../../ui/kbd.tsx';
import { SegmentedControl } from '../../ui/segmented-control.tsx';
import { Section, Specimen } from './specimen.tsx';

const variants = ['primary', 'secondary', 'ghost', 'danger', 'danger-outline', 'link'] as const;

export function ButtonsSection() {
  const [range, setRange] = useState<'1h' | '6h' | '24h' | '7d'>('1h');
  const [busy, setBusy] = useState(false);
  return (
    <Section id="buttons" title="Buttons">
      <Specimen name="Button: variants">
        {variants.map((variant) => (
          <Button key={variant} variant={variant}>
            {variant}
          </Button>
        ))}
      </Specimen>
      <Specimen name="Button: sizes, icon, disabled, busy">
        <Button size="sm">Small</Button>
        <Button>Medium</Button>
        <Button size="lg">Large</Button>
        <Button variant="primary" icon={<Plus aria-hidden />}>
          New service
        </Button>
        <Button disabled>Disabled</Button>
        <Button variant="primary" busy>
          Deploying
        </Button>
        <Button busy={busy} onClick={() => setBusy(true)} onBlur={() => setBusy(false)}>
          Press to be busy
        </Button>
      </Specimen>
      <Specimen name="IconButton">
        <IconButton label="Edit" icon={<Pencil />} />
        <IconButton label="Restart" shortcut="R" variant="secondary" icon={<RotateCw />} />
        <IconButton label="Delete" variant="danger" icon={<Trash2 />} />
        <IconButton label="Pressed" icon={<GitBranch />} aria-pressed />
        <IconButton label="Busy" icon={<RotateCw />} busy />
        <IconButton label="Disabled" icon={<Pencil />} disabled />
        <IconButton label="Small" size="sm" icon={<Pencil />} />
        <IconButton label="Large" size="lg" icon={<Pencil />} />
        <IconLink label="A link" href="/ui" icon={<GitBranch />} />
      </Specimen>
      <Specimen name="SegmentedControl, CopyButton, ExternalLink, Kbd">
        <SegmentedControl
          aria-label="Range"
          value={range}
          onValueChange={setRange}
          options={(['1h', '6h', '24h', '7d'] as const).map((value) => ({ value, label: value }))}
        />
        <CopyButton text="https://api.example.com" label="Copy URL" />
        <CopyButton text="davit up" label="Copy command" withLabel size="sm" />
        <ExternalLink href="https://api.example.com/" />
        <ExternalLink href="javascript:alert(1)" />
        <Kbd keys="Ctrl K" />
      </Specimen>
    </Section>
  );
}
