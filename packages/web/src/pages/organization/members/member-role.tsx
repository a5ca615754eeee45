import { useState } from 'react';
import { type Member, useChangeRole } from '../../../data/use-members.ts';
import { hasRole, type Role, useMe } from '../../../data/use-session.ts';
import { ConfirmDialog } from '../../../ui/confirm-dialog.tsx';
import { Select } from '../../../ui/select.tsx';
import { visibleText } from '../../../ui/visible-text.ts';
import { grantableRoles, roleWords } from '../roles.ts';

export interface MemberRoleProps {
  member: Member;
  isLastOwner: boolean;
}

/** A member's role; to be chosen by who may, read by the others. */
export function MemberRole({ member, isLastOwner }: MemberRoleProps) {
  const me = useMe();
  const change = useChangeRole();
  const [lowering, setLowering] = useState<Role>();
  const own = me.organization.role;
  const isMe = member.userId === me.user.id;
  const mayChange = hasRole(own, 'admin') && hasRole(own, member.role) && !isLastOwner;
  if (!mayChange) {
    return (
      <span className="flex flex-col">
        <span>{roleWords[member.role].title}</span>
        {isLastOwner && isMe ? (
          <span className="max-w-56 text-subtle text-xs">
            The only owner. Make another member an owner first to change your role or leave.
          </span>
        ) : null}
      </span>
    );
  }
  const choose = (role: Role): void => {
    if (role === member.role) return;
    if (isMe) setLowering(role);
    else change.mutate({ userId: member.userId, role });
  };
  return (
    <>
      <Select
        size="sm"
        aria-label={`Role of ${visibleText(member.name)}`}
        value={member.role}
        onValueChange={choose}
        options={grantableRoles(own)}
        className="w-32"
      />
      {lowering === undefined ? null : (
        <ConfirmDialog
          open
          onClose={() => setLowering(undefined)}
          title={`Become ${roleWords[lowering].title.toLowerCase()} yourself?`}
          name={me.organization.name}
          losses={[
            `What the role ${roleWords[own].title.toLowerCase()} allows you: ${lowerFirst(roleWords[own].may)}`,
            'The way back: only another member with that role can give it to you again',
          ]}
          note={`From then on you may: ${lowerFirst(roleWords[lowering].may)}.`}
          confirmLabel="Change my role"
          onConfirm={() => {
            setLowering(undefined);
            change.mutate({ userId: member.userId, role: lowering });
          }}
        />
      )}
    </>
  );
}

const lowerFirst = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1);
