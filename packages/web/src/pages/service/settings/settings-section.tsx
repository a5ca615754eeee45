import type { ReactNode } from 'react';
import { Badge } from '../../../ui/badge.tsx';
import { Card } from '../../../ui/card.tsx';

export interface SettingsSectionProps {
  title: string;
  /** One sentence: what these are for. */
  description: string;
  /** When a change of any field in it takes effect. */
  applies: 'now' | 'deployment';
  children: ReactNode;
}

/** Settings that belong together. */
export function SettingsSection({ title, description, applies, children }: SettingsSectionProps) {
  return (
    <Card
      title={title}
      description={description}
      actions={applies === 'now' ? <Badge tone="success">At once</Badge> : <Badge>With the next deployment</Badge>}
    >
      <div className="grid gap-4 sm:grid-cols-2">{children}</div>
    </Card>
  );
}

/** A field, or a few, across the whole width of a section. */
export function WideRow({ children }: { children: ReactNode }) {
  return <div className="flex flex-col gap-4 sm:col-span-2">{children}</div>;
}
