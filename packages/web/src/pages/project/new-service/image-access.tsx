import { useCredentials } from '../../../data/use-credentials.ts';
import { useCan } from '../../../data/use-session.ts';
import { Field } from '../../../ui/field.tsx';
import { Input } from '../../../ui/input.tsx';
import { PasswordInput } from '../../../ui/password-input.tsx';
import { Select } from '../../../ui/select.tsx';
import { UserText } from '../../../ui/user-text.tsx';
import { isSameRegistry } from './image-registry.ts';

/** How a registry lets davit in, as it is typed. */
export interface ImageAccess {
  readonly kind: 'stored' | 'login';
  readonly username: string;
  readonly password: string;
}

export interface ImageAccessFieldsProps {
  /** Of the image that is typed. */
  registry: string;
  environmentId: string;
  access: ImageAccess;
  onChange: (access: ImageAccess) => void;
  error: string | undefined;
}

/** Whether the image is private, and who fetches it then. */
export function ImageAccessFields({ registry, environmentId, access, onChange, error }: ImageAccessFieldsProps) {
  const canStore = useCan('admin');
  const { kind, username, password } = access;
  return (
    <>
      <Field label="Access" hint={<Fitting registry={registry} environmentId={environmentId} />}>
        <Select
          value={kind}
          onValueChange={(next) => onChange({ ...access, kind: next })}
          options={[
            { value: 'stored', label: 'Public, or by a stored credential' },
            ...(canStore ? [{ value: 'login' as const, label: 'Private: user and password' }] : []),
          ]}
        />
      </Field>
      {kind === 'login' ? (
        <div className="grid gap-4 sm:grid-cols-2">
          <Field label="User" required error={error}>
            <Input
              value={username}
              autoComplete="off"
              spellCheck={false}
              autoCapitalize="none"
              onChange={(event) => onChange({ ...access, username: event.target.value })}
            />
          </Field>
          <Field label="Password or token" required hint="Kept encrypted as a credential, and never shown again.">
            <PasswordInput
              value={password}
              autoComplete="off"
              onChange={(event) => onChange({ ...access, password: event.target.value })}
            />
          </Field>
        </div>
      ) : null}
    </>
  );
}

/** Which stored credential would sign in. */
function Fitting({ registry, environmentId }: { registry: string; environmentId: string }) {
  const { data } = useCredentials();
  const fitting = (data ?? []).filter(
    ({ provider, fields, environmentId: only }) =>
      provider === 'docker_registry' &&
      isSameRegistry(fields['server'] ?? '', registry) &&
      (only === null || only === environmentId),
  );
  const own = fitting.find((credential) => credential.environmentId !== null) ?? fitting[0];
  if (own === undefined)
    return (
      <>
        No credential is stored for <UserText text={registry} className="break-all" />.
      </>
    );
  return (
    <>
      The credential <UserText text={own.name} className="break-all" /> signs in to{' '}
      <UserText text={registry} className="break-all" />.
    </>
  );
}
