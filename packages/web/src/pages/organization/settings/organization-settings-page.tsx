import { useCan, useMe } from '../../../data/use-session.ts';
import { Card } from '../../../ui/card.tsx';
import { CopyButton } from '../../../ui/copy-button.tsx';
import { KeyValueList } from '../../../ui/key-value-list.tsx';
import { UserText } from '../../../ui/user-text.tsx';
import { usePageTitle } from '../../shell/index.ts';
import { PageHeading } from '../page-heading.tsx';
import { roleWords } from '../roles.ts';
import { DeleteOrganizationCard } from './delete-organization-card.tsx';
import { RenameCard } from './rename-card.tsx';

/** The organization itself: name, id, deletion. */
export function OrganizationSettingsPage() {
  usePageTitle('Organization settings');
  const { organization } = useMe();
  const isAdmin = useCan('admin');
  const isOwner = useCan('owner');
  return (
    <>
      <PageHeading title="Organization settings">What this organization is called, and its end.</PageHeading>
      <Card title="About">
        <KeyValueList
          items={[
            ...(isAdmin ? [] : [{ label: 'Name', value: <UserText text={organization.name} /> }]),
            {
              label: 'Id',
              value: (
                <span className="flex min-w-0 items-center gap-1">
                  <code className="break-all text-xs">{organization.id}</code>
                  <CopyButton size="sm" text={organization.id} label="Copy organization id" />
                </span>
              ),
            },
            {
              label: 'Your role',
              value: `${roleWords[organization.role].title}: ${roleWords[organization.role].may.toLowerCase()}`,
            },
          ]}
        />
      </Card>
      {isAdmin ? <RenameCard key={organization.id} /> : null}
      {isOwner ? <DeleteOrganizationCard /> : null}
    </>
  );
}
