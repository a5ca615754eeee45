import { useWatch } from 'react-hook-form';
import { Field } from '../../../ui/field.tsx';
import { Input } from '../../../ui/input.tsx';
import { Select } from '../../../ui/select.tsx';
import { useSettingsForm } from './settings-form.ts';

const kinds = [
  { value: 'default', label: 'The default branch' },
  { value: 'branch', label: 'A branch' },
  { value: 'tag', label: 'A tag' },
  { value: 'commit', label: 'A commit' },
] as const;

type Kind = (typeof kinds)[number]['value'];

/** What of a repository is deployed when a deployment names nothing else. */
export function ReferenceFields() {
  const form = useSettingsForm();
  const reference = useWatch({ control: form.control, name: 'source.reference' }) as
    | Record<string, string>
    | null
    | undefined;
  const kind = (Object.keys(reference ?? {})[0] ?? 'default') as Kind;
  const set = (next: Kind, text: string): void =>
    form.setValue('source.reference', referenceTo(next, text), { shouldDirty: true });
  return (
    <div className="grid gap-4 sm:grid-cols-2">
      <Field label="Deploy" error={form.errorOf('source.reference')}>
        <Select value={kind} options={kinds} onValueChange={(next) => set(next, '')} />
      </Field>
      {kind === 'default' ? null : (
        <Field
          label={{ branch: 'Branch', tag: 'Tag', commit: 'Commit' }[kind]}
          required
          error={form.errorOf(`source.reference.${kind}`)}
        >
          <Input
            key={kind}
            mono
            spellCheck={false}
            autoCapitalize="none"
            value={reference?.[kind] ?? ''}
            onChange={(event) => set(kind, event.target.value)}
          />
        </Field>
      )}
    </div>
  );
}

function referenceTo(kind: Kind, text: string) {
  switch (kind) {
    case 'branch':
      return { branch: text };
    case 'tag':
      return { tag: text };
    case 'commit':
      return { commit: text };
    default:
      return null;
  }
}
