import { useEffect, useRef, useState } from 'react';
import { useInstances } from '../../../data/use-instances.ts';
import { type Scale, useScaleService } from '../../../data/use-service-settings.ts';
import type { Service } from '../../../data/use-services.ts';
import { Field } from '../../../ui/field.tsx';
import { NumberStepper } from '../../../ui/number-stepper.tsx';
import { scaledProcesses } from './scaled-processes.ts';
import { SettingsSection } from './settings-section.tsx';

const MOST_INSTANCES = 50;
/** So long nobody presses again: three presses are one wish, and one run. */
const SETTLE_MS = 600;

/** How many instances run of what: changed at once, without a deployment. */
export function ScaleSection({ projectId, service }: { projectId: string; service: Service }) {
  const instances = useInstances(service.id);
  const scale = useScaleService(projectId, service);
  const { replicas, processes } = service.settings;
  const others = scaledProcesses(service.kind, processes, instances.data?.items ?? []);
  const send = (wanted: Scale): void => scale.mutate(wanted);
  return (
    <SettingsSection title="Instances" description="How many copies of the service run." applies="now">
      <Count
        label={others.length === 0 ? 'Instances' : 'Instances of the main process'}
        hint="With 0 the service rests and keeps its settings."
        value={replicas}
        onWanted={(wanted) => send({ replicas: wanted })}
      />
      {others.map(({ name, count }) => (
        <Count
          key={name}
          label={`Instances of ${name}`}
          value={count}
          onWanted={(wanted) =>
            send({
              processes: service.activeReleaseId === null ? { ...processes, [name]: wanted } : { [name]: wanted },
            })
          }
        />
      ))}
    </SettingsSection>
  );
}

interface CountProps {
  label: string;
  hint?: string;
  value: number;
  onWanted: (wanted: number) => void;
}

function Count({ label, hint, value, onWanted }: CountProps) {
  const [shown, setShown] = useState(value);
  const waiting = useRef<{ timer: ReturnType<typeof setTimeout>; send: () => void }>(undefined);
  useEffect(() => {
    if (waiting.current === undefined) setShown(value);
  }, [value]);
  // A wish that was just made is not lost with the view.
  useEffect(
    () => () => {
      clearTimeout(waiting.current?.timer);
      waiting.current?.send();
    },
    [],
  );
  function want(next: number): void {
    setShown(next);
    clearTimeout(waiting.current?.timer);
    const send = (): void => {
      waiting.current = undefined;
      onWanted(next);
    };
    waiting.current = { timer: setTimeout(send, SETTLE_MS), send };
  }
  return (
    <Field label={label} {...(hint === undefined ? {} : { hint })}>
      <NumberStepper value={shown} onValueChange={want} min={0} max={MOST_INSTANCES} />
    </Field>
  );
}
