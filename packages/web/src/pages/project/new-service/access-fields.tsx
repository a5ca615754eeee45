import type { Body } from '../../../data/api-client.ts';
import { Field } from '../../../ui/field.tsx';
import { PasswordInput } from '../../../ui/password-input.tsx';
import { Select } from '../../../ui/select.tsx';
import { Textarea } from '../../../ui/textarea.tsx';

/** How a repository lets davit in, as it is typed. */
export interface RepositoryAccess {
  readonly kind: 'public' | 'token' | 'deploy-key';
  readonly secret: string;
}

/** As the API takes it; undefined where the secret is missing. */
export function toCredential({ kind, secret }: RepositoryAccess): Body<'createService'>['sourceCredential'] {
  if (secret.trim() === '') return undefined;
  // A key without a line feed at its end is none to ssh.
  if (kind === 'deploy-key') return { kind, privateKey: `${secret.trim()}\n` };
  return kind === 'token' ? { kind, token: secret.trim() } : undefined;
}

export interface AccessFieldsProps {
  access: RepositoryAccess;
  onChange: (access: RepositoryAccess) => void;
  error: string | undefined;
}

/** Whether the repository is private, and what lets davit in then. */
export function AccessFields({ access, onChange, error }: AccessFieldsProps) {
  const { kind, secret } = access;
  const kept = 'Kept encrypted and never shown again.';
  return (
    <>
      <Field label="Access">
        <Select
          value={kind}
          onValueChange={(next) => onChange({ kind: next, secret: '' })}
          options={[
            { value: 'public', label: 'Public: nothing needed' },
            { value: 'token', label: 'Private: access token (https)' },
            { value: 'deploy-key', label: 'Private: deploy key (ssh)' },
          ]}
        />
      </Field>
      {kind === 'token' ? (
        <Field label="Access token" required error={error} hint={`One that may read the repository. ${kept}`}>
          <PasswordInput
            value={secret}
            autoComplete="off"
            onChange={(event) => onChange({ kind, secret: event.target.value })}
          />
        </Field>
      ) : null}
      {kind === 'deploy-key' ? (
        <Field label="Private key" required error={error} hint={`In OpenSSH's or PEM form. ${kept}`}>
          <Textarea
            value={secret}
            mono
            rows={4}
            spellCheck={false}
            autoComplete="off"
            onChange={(event) => onChange({ kind, secret: event.target.value })}
          />
        </Field>
      ) : null}
    </>
  );
}
