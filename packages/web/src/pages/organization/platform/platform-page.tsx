import { useMe } from '../../../data/use-session.ts';
import { ForbiddenPage, usePageTitle } from '../../shell/index.ts';
import { PageHeading } from '../page-heading.tsx';
import { ArtifactsCard } from './artifacts-card.tsx';
import { BackupsCard } from './backups-card.tsx';
import { DoctorCard } from './doctor-card.tsx';
import { OperatorsCard } from './operators-card.tsx';
import { RegistryCard } from './registry-card.tsx';
import { StorageCard } from './storage-card.tsx';

/** The whole installation, for those who operate it: backups, what fills the disk, what the doctor finds, and who else may see it. */
export function PlatformPage() {
  usePageTitle('Platform');
  const { isOperator } = useMe();
  if (!isOperator) return <ForbiddenPage />;
  return (
    <>
      <PageHeading title="Platform">
        The whole installation, with the data of all organizations. Only its operators see this page.
      </PageHeading>
      <BackupsCard />
      <StorageCard />
      <ArtifactsCard />
      <RegistryCard />
      <DoctorCard />
      <OperatorsCard />
    </>
  );
}
