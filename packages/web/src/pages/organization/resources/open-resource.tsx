import { useNavigate, useSearch } from '@tanstack/react-router';
import { lazy, Suspense } from 'react';
import { useCloudResourceOverview } from '../../../data/use-cloud-resources.ts';
import { useCan } from '../../../data/use-session.ts';
import type { ResourcesSearch } from '../../../route-search.ts';

const CloudResourceDrawer = lazy(async () => ({
  default: (await import('../../cloud-resource/index.ts')).CloudResourceDrawer,
}));

/** The drawer of the resource that the address names. */
export function OpenResource() {
  const search = useSearch({ from: '/shell/organization/resources' });
  const navigate = useNavigate({ from: '/organization/resources' });
  const canChange = useCan('developer');
  const { data: resource } = useCloudResourceOverview(search.resource);
  const listed: ResourcesSearch = search.text === undefined ? {} : { text: search.text };
  if (resource === undefined || search.resource === undefined) return null;
  return (
    <Suspense fallback={null}>
      <CloudResourceDrawer
        key={resource.id}
        resource={resource}
        search={search}
        canChange={canChange}
        onClose={() => void navigate({ search: listed })}
        onSearch={({ tab = search.tab, update }) =>
          void navigate({
            search: {
              ...listed,
              resource: resource.id,
              ...(tab === undefined ? {} : { tab }),
              ...(update === undefined ? {} : { update }),
            },
          })
        }
      />
    </Suspense>
  );
}
