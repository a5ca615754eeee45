import { Field } from './field.tsx';
import { PasswordInput } from './password-input.tsx';
import { Select } from './select.tsx';
import { Textarea } from './textarea.tsx';

/** How a repository lets davit in, as it is typed; `kept`: by what is stored. */
export interface RepositoryAccess {
  readonly kind: 'kept' | 'public' | 'token' | 'deploy-key';
  readonly secret: string;
}

/** What lets davit in, as the API takes it. */
type SourceCredential =
  | { readonly kind: 'token'; readonly token: string }
  | { readonly kind: 'deploy-key'; readonly privateKey: string };

/** As the API takes it; undefined where the secret is missing. */
export function toCredential({ kind, secret }: RepositoryAccess): SourceCredential | undefined {
  if (secret.trim() === '') return undefined;
  // A key without a line feed at its end is none to ssh.
  if (kind === 'deploy-key') return { kind, privateKey: `${secret.trim()}\n` };
  return kind === 'token' ? { kind, token: secret.trim() } : undefined;
}

export interface RepositoryAccessFieldsProps {
  access: RepositoryAccess;
  onChange: (access: RepositoryAccess) => void;
  error: string | undefined;
  /** Something is stored that could stay. */
  canKeep?: boolean;
}

/** Whether the repository is private, and what lets davit in then. */
export function RepositoryAccessFields({ access, onChange, error, canKeep = false }: RepositoryAccessFieldsProps) {
  const { kind, secret } = access;
  const kept = 'Kept encrypted and never shown again.';
  return (
    <>
      <Field label="Access">
        <Select
          value={kind}
          onValueChange={(next) => onChange({ kind: next, secret: '' })}
          options={[
            ...(canKeep ? [{ value: 'kept' as const, label: 'Private: what is stored stays' }] : []),
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
