import { Link } from '@tanstack/react-router';
import { explainError } from '../../../data/explain-error.ts';
import { usePlatformRegistry, useTestPlatformRegistry } from '../../../data/use-platform-storage.ts';
import { Button } from '../../../ui/button.tsx';
import { Skeleton } from '../../../ui/skeleton.tsx';
import { UserText } from '../../../ui/user-text.tsx';
import { ListFailure } from '../list-failure.tsx';
import { RegistryVerdict } from '../registry-verdict.tsx';

/** Where davit pushes the images that it builds, and whether it may. */
export function RegistryCard() {
  const registry = usePlatformRegistry();
  const test = useTestPlatformRegistry();
  if (registry.error !== null && registry.data === undefined)
    return <ListFailure error={registry.error} onRetry={() => void registry.refetch()} />;
  return (
    <section className="flex flex-col gap-3" aria-labelledby="platform-registry">
      <div className="flex flex-wrap items-start gap-3">
        <div className="mr-auto flex min-w-0 max-w-2xl flex-col gap-0.5">
          <h2 id="platform-registry" className="font-semibold text-lg">
            Registry
          </h2>
          <p className="text-muted text-sm">
            {registry.data === undefined ? <Skeleton className="h-4 w-64" /> : <Place {...registry.data} />} Registries
            that images are fetched from are{' '}
            <Link to="/organization/credentials" className="underline">
              credentials
            </Link>{' '}
            of the kind Docker registry.
          </p>
        </div>
        {registry.data === undefined || registry.data.place === null ? null : (
          <Button title="Begins an upload and ends it again" busy={test.isPending} onClick={() => test.mutate()}>
            Try to push
          </Button>
        )}
      </div>
      <RegistryVerdict verdict={test.data} failure={test.error === null ? undefined : explainError(test.error)} />
    </section>
  );
}

function Place({ place, username }: { place: string | null; username: string | null }) {
  if (place === null)
    return (
      <>
        Images that davit builds stay in the container engine: <code className="font-mono text-xs">REGISTRY_URL</code>{' '}
        is not set.
      </>
    );
  return (
    <>
      Images that davit builds are pushed to <UserText text={place} className="break-all font-mono text-xs" />,{' '}
      {username === null ? (
        'without signing in'
      ) : (
        <>
          as <UserText text={username} className="font-mono text-xs" />
        </>
      )}
      .
    </>
  );
}
