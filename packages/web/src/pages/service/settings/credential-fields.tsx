import { useWatch } from 'react-hook-form';
import type { ServiceChange } from '../../../data/use-service-settings.ts';
import { Field } from '../../../ui/field.tsx';
import { Input } from '../../../ui/input.tsx';
import { PasswordInput } from '../../../ui/password-input.tsx';
import { Select, type SelectOption } from '../../../ui/select.tsx';
import { Textarea } from '../../../ui/textarea.tsx';
import { useSettingsForm } from './settings-form.ts';

type Choice = 'keep' | 'none' | 'token' | 'deploy-key';

const replacements: readonly SelectOption<Choice>[] = [
  { value: 'token', label: 'A token', description: 'Over https' },
  { value: 'deploy-key', label: 'A deploy key', description: 'Over ssh' },
];

const kept: readonly SelectOption<Choice>[] = [
  { value: 'keep', label: 'What davit has stored' },
  { value: 'none', label: 'Forget what is stored' },
];

const open: readonly SelectOption<Choice>[] = [{ value: 'keep', label: 'Nothing: the repository is public' }];

/** How a private repository lets davit in. It is written, and never shown again. */
export function CredentialFields({ hasCredential }: { hasCredential: boolean }) {
  const form = useSettingsForm();
  const credential = useWatch({ control: form.control, name: 'sourceCredential' }) as
    | { kind: Choice }
    | null
    | undefined;
  const choice: Choice = credential === undefined ? 'keep' : (credential?.kind ?? 'none');
  const choose = (next: Choice): void =>
    form.setValue('sourceCredential', emptyCredential(next), { shouldDirty: true });
  return (
    <>
      <Field label="Access to the repository" error={form.errorOf('sourceCredential')}>
        <Select value={choice} options={[...(hasCredential ? kept : open), ...replacements]} onValueChange={choose} />
      </Field>
      {choice === 'token' ? (
        <div className="grid gap-4 sm:grid-cols-2">
          <Field label="User name" hint="Most hosts take any." error={form.errorOf('sourceCredential.username')}>
            <Input {...form.register('sourceCredential.username', { setValueAs: emptyAsAbsent })} spellCheck={false} />
          </Field>
          <Field label="Token" required hint="Never shown again." error={form.errorOf('sourceCredential.token')}>
            <PasswordInput {...form.register('sourceCredential.token')} autoComplete="off" />
          </Field>
        </div>
      ) : null}
      {choice === 'deploy-key' ? (
        <Field
          label="Private key"
          required
          hint="In OpenSSH's or PEM format, without a passphrase. Its public half belongs into the repository's deploy keys."
          error={form.errorOf('sourceCredential.privateKey')}
        >
          <Textarea
            {...form.register('sourceCredential.privateKey')}
            mono
            rows={4}
            spellCheck={false}
            autoComplete="off"
            placeholder="-----BEGIN OPENSSH PRIVATE KEY-----"
          />
        </Field>
      ) : null}
    </>
  );
}

/** What is sent for a choice, before anything is filled in: absent keeps what is stored, null forgets it. */
function emptyCredential(choice: Choice): ServiceChange['sourceCredential'] {
  switch (choice) {
    case 'none':
      return null;
    case 'token':
      return { kind: choice, token: '' };
    case 'deploy-key':
      return { kind: choice, privateKey: '' };
    default:
      return undefined;
  }
}

function emptyAsAbsent(value: unknown): unknown {
  return value === '' ? undefined : value;
}
