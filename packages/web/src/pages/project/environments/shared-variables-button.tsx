import { Braces } from 'lucide-react';
import { lazy, Suspense, useMemo, useState } from 'react';
import { useCan } from '../../../data/use-session.ts';
import { Button } from '../../../ui/button.tsx';
import { type Command, useCommands } from '../../command-palette/index.ts';

const SharedVariables = lazy(async () => ({ default: (await import('../../service/index.ts')).SharedVariables }));

/** Opens the variables that all services of an environment have. */
export function SharedVariablesButton({ projectId, environmentId }: { projectId: string; environmentId: string }) {
  const canChange = useCan('developer');
  const [isOpen, setOpen] = useState(false);
  useCommands(
    useMemo<readonly Command[]>(
      () => [
        {
          id: 'shared-variables',
          title: 'Shared variables',
          group: 'Actions',
          icon: <Braces aria-hidden />,
          keywords: ['environment', 'env'],
          run: () => setOpen(true),
        },
      ],
      [],
    ),
  );
  return (
    <>
      <Button size="sm" variant="ghost" icon={<Braces aria-hidden />} onClick={() => setOpen(true)}>
        <span className="sr-only md:not-sr-only">Shared variables</span>
      </Button>
      {isOpen ? (
        <Suspense fallback={null}>
          <SharedVariables
            projectId={projectId}
            environmentId={environmentId}
            canChange={canChange}
            onClose={() => setOpen(false)}
          />
        </Suspense>
      ) : null}
    </>
  );
}
