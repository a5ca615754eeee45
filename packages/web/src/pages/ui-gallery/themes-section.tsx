import { Plus, Trash2 } from 'lucide-react';
import { Alert } from '../../ui/alert.tsx';
import { Badge, type Tone } from '../../ui/badge.tsx';
import { Button } from '../../ui/button.tsx';
import { Card } from '../../ui/card.tsx';
import { Checkbox } from '../../ui/checkbox.tsx';
import { Field } from '../../ui/field.tsx';
import { Input } from '../../ui/input.tsx';
import { Sparkline } from '../../ui/sparkline.tsx';
import { StatusBadge } from '../../ui/status-badge.tsx';
import { Switch } from '../../ui/switch.tsx';
import { Section } from './specimen.tsx';

const tones: readonly Tone[] = ['neutral', 'accent', 'success', 'warning', 'danger', 'info'];
const cpu = [2, 3, 2, 5, 8, 6, 4, 3, 3, 9, 12, 8, 5, 4, 4, 6, 7, 5, 3, 2];

/** The same things in both themes, whatever the page's theme is. */
export function ThemesSection() {
  return (
    <Section id="themes" title="Themes">
      {(['light', 'dark'] as const).map((theme) => (
        <div
          key={theme}
          data-theme={theme}
          className="flex min-w-0 flex-col gap-4 rounded-lg border bg-canvas p-4 text-fg"
        >
          <p className="font-medium text-sm capitalize">{theme}</p>
          <Grounds />
          <Card
            title="api"
            description="The public API of the shop."
            actions={<StatusBadge status="running" />}
            footer={
              <>
                <Button size="sm">Cancel</Button>
                <Button size="sm" variant="primary">
                  Save
                </Button>
              </>
            }
          >
            <div className="flex flex-col gap-4">
              <Sparkline values={cpu} label="CPU of the last hour, now 0.2 cores" />
              <Field label="Start command" hint="What runs when an instance starts.">
                <Input mono defaultValue="node server.js" />
              </Field>
              <Field label="Port" error="Port 99999 is beyond 65535. Give a smaller one.">
                <Input defaultValue="99999" />
              </Field>
              <Switch label="Deploy on push" hint="To the branch main." defaultChecked />
              <Checkbox label="Remember this" defaultChecked />
            </div>
          </Card>
          <div className="flex flex-wrap gap-2">
            {tones.map((tone) => (
              <Badge key={tone} tone={tone}>
                {tone}
              </Badge>
            ))}
          </div>
          <div className="flex flex-wrap gap-2">
            <Button variant="primary" icon={<Plus aria-hidden />}>
              New service
            </Button>
            <Button>Redeploy</Button>
            <Button variant="ghost">Skip</Button>
            <Button variant="danger" icon={<Trash2 aria-hidden />}>
              Delete
            </Button>
          </div>
          <Alert tone="danger" title="The build failed.">
            npm ci ended with status 1: the lockfile does not fit package.json.
          </Alert>
        </div>
      ))}
    </Section>
  );
}

const grounds = [
  'bg-canvas',
  'bg-sunken',
  'bg-surface',
  'bg-raised',
  'bg-hover',
  'bg-selected',
  'bg-accent',
  'bg-success',
  'bg-warning',
  'bg-danger',
  'bg-info',
  'bg-idle',
];

function Grounds() {
  return (
    <ul className="grid grid-cols-4 gap-2 sm:grid-cols-6">
      {grounds.map((ground) => (
        <li key={ground} className="flex min-w-0 flex-col gap-1">
          <span className={`h-8 rounded-md border ${ground}`} />
          <span className="truncate text-subtle text-xs">{ground.slice(3)}</span>
        </li>
      ))}
    </ul>
  );
}
