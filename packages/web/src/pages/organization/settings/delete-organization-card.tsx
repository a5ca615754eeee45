import { Link, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { failureOf } from '../../../data/explain-error.ts';
import { useDeleteOrganization, useOrganizations } from '../../../data/use-organizations.ts';
import { useProjects } from '../../../data/use-projects.ts';
import { useMe } from '../../../data/use-session.ts';
import { Button } from '../../../ui/button.tsx';
import { Card } from '../../../ui/card.tsx';
import { ConfirmDialog } from '../../../ui/confirm-dialog.tsx';
import { Skeleton } from '../../../ui/skeleton.tsx';
import { UserText } from '../../../ui/user-text.tsx';

/** Deletes the organization, once nothing is in it; until then says what is. */
export function DeleteOrganizationCard() {
  const { organization } = useMe();
  const navigate = useNavigate();
  const projects = useProjects();
  const organizations = useOrganizations();
  const remove = useDeleteOrganization();
  const [asking, setAsking] = useState(false);
  const left = projects.data ?? [];
  const isLast = organizations.data?.length === 1;
  const isKnown = projects.data !== undefined && organizations.data !== undefined;
  const close = (): void => {
    remove.reset();
    setAsking(false);
  };
  return (
    <Card
      tone="danger"
      title="Delete the organization"
      description="With its members, invitations, API tokens and audit log. There is no way back."
      footer={
        <Button variant="danger" disabled={!isKnown || left.length > 0 || isLast} onClick={() => setAsking(true)}>
          Delete organization…
        </Button>
      }
    >
      <div className="flex flex-col gap-2 text-sm">
        {left.length > 0 ? (
          <>
            <p>
              It cannot be deleted while it has projects. Delete these first; that stops and removes their services:
            </p>
            <ul aria-label="Projects that are left" className="list-disc pl-5">
              {left.map(({ id, name }) => (
                <li key={id}>
                  <Link
                    to="/projects/$projectId"
                    params={{ projectId: id }}
                    className="inline-block rounded-sm py-1 text-accent-text underline underline-offset-3"
                  >
                    <UserText text={name} />
                  </Link>
                </li>
              ))}
            </ul>
          </>
        ) : null}
        {isLast ? (
          <p>
            It is the only organization that you are a member of, and without one you could not sign in any more. Make
            another one first, from the menu at the top.
          </p>
        ) : null}
        {isKnown ? null : <Skeleton className="h-5 w-80 max-w-full" />}
        {isKnown && left.length === 0 && !isLast ? (
          <p>It has no projects: nothing runs that would be stopped.</p>
        ) : null}
      </div>
      <ConfirmDialog
        open={asking}
        onClose={close}
        title="Delete organization?"
        name={organization.name}
        losses={['All memberships: nobody can act in it any more', 'Its invitations and API tokens', 'Its audit log']}
        note="You go on in another organization of yours."
        confirmLabel="Delete organization"
        busy={remove.isPending}
        failure={failureOf(remove.error)}
        onConfirm={() =>
          remove.mutate(undefined, {
            onSuccess() {
              close();
              void navigate({ to: '/' });
            },
          })
        }
      />
    </Card>
  );
}
