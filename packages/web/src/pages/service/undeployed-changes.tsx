import { useServiceChanges } from '../../data/use-deployments.ts';
import { Alert } from '../../ui/alert.tsx';
import { ChangeList } from './change-list.tsx';

/** That something waits for a deployment, and what. */
export function UndeployedChanges({ serviceId }: { serviceId: string }) {
  const { data: changes } = useServiceChanges(serviceId, true);
  return (
    <Alert tone="info">
      {changes === undefined ? (
        'Something has changed since the last deployment. Deploy applies it.'
      ) : (
        <details>
          <summary className="cursor-pointer">{sentence(changes)} Deploy applies it.</summary>
          <div className="pt-2">
            <ChangeList variables={changes.variables} settings={changes.settings}>
              {changes.source ? <li>The source is another one</li> : null}
            </ChangeList>
          </div>
        </details>
      )}
    </Alert>
  );
}

function sentence(changes: { variables: readonly unknown[]; settings: readonly unknown[]; source: boolean }): string {
  const parts = [
    counted(changes.variables.length, 'variable'),
    counted(changes.settings.length, 'setting'),
    changes.source ? 'the source' : '',
  ].filter((part) => part !== '');
  const last = parts.pop();
  const list = parts.length === 0 ? (last ?? 'Something') : `${parts.join(', ')} and ${last}`;
  return `Not deployed yet: ${list}.`;
}

const counted = (count: number, noun: string): string =>
  count === 0 ? '' : `${count} changed ${noun}${count === 1 ? '' : 's'}`;
