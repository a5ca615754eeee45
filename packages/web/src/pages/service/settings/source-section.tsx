import { useWatch } from 'react-hook-form';
import type { Service } from '../../../data/use-services.ts';
import { Checkbox } from '../../../ui/checkbox.tsx';
import { Field } from '../../../ui/field.tsx';
import { Select } from '../../../ui/select.tsx';
import { Textarea } from '../../../ui/textarea.tsx';
import { CredentialFields } from './credential-fields.tsx';
import { ReferenceFields } from './reference-fields.tsx';
import { TextSetting } from './setting-fields.tsx';
import { useSettingsForm } from './settings-form.ts';
import { SettingsSection, WideRow } from './settings-section.tsx';

type Source = Service['source'];

const kinds = [
  { value: 'git', label: 'A Git repository' },
  { value: 'upload', label: 'A folder that is uploaded' },
  { value: 'image', label: 'A finished image' },
] as const;

/** The source of another kind, before anything of it is filled in. */
function emptySource(type: Source['type'], rootFolder: string): Source {
  if (type === 'upload') return { type, rootFolder };
  if (type === 'image') return { type, image: '' };
  return { type, url: '', reference: null, rootFolder, submodules: false, lfs: false, knownHosts: null };
}

/** Where the code comes from. */
export function SourceSection({ service }: { service: Service }) {
  const form = useSettingsForm();
  const source = useWatch({ control: form.control, name: 'source' }) as Source;
  return (
    <SettingsSection title="Source" description="Where the code of the service comes from." applies="deployment">
      <WideRow>
        <Field label="Comes from">
          <Select
            value={source.type}
            options={kinds}
            onValueChange={(type) =>
              form.setValue(
                'source',
                service.source.type === type
                  ? service.source
                  : emptySource(type, 'rootFolder' in source ? source.rootFolder : ''),
                {
                  shouldDirty: true,
                },
              )
            }
          />
        </Field>
        {source.type === 'git' ? (
          <>
            <TextSetting
              path="source.url"
              required
              emptyAs=""
              placeholder="https://host/owner/repository.git"
              hint="An https or ssh address. Another address forgets the access that was given for this one."
            />
            <ReferenceFields />
          </>
        ) : source.type === 'image' ? (
          <TextSetting
            path="source.image"
            required
            emptyAs=""
            mono
            placeholder="ghcr.io/owner/app:1.4"
            hint="Fetched at each deployment. A private registry needs a credential of kind Docker registry for its host."
          />
        ) : (
          <p className="text-muted text-sm">
            Deploy a folder with <code>davit deploy</code>; without one, a deployment takes the last that was uploaded.
          </p>
        )}
      </WideRow>
      {source.type === 'image' ? null : (
        <TextSetting
          path="source.rootFolder"
          emptyAs=""
          mono
          placeholder="The top of the source"
          hint="For a repository with several applications."
        />
      )}
      {source.type === 'git' ? <GitOptions service={service} source={source} /> : null}
    </SettingsSection>
  );
}

function GitOptions({ service, source }: { service: Service; source: Extract<Source, { type: 'git' }> }) {
  const form = useSettingsForm();
  return (
    <>
      <div className="flex flex-col justify-end gap-2 pb-1">
        <Checkbox
          label="Fetch submodules"
          checked={source.submodules}
          onCheckedChange={(checked) => form.setValue('source.submodules', checked === true, { shouldDirty: true })}
        />
        <Checkbox
          label="Fetch large files (LFS)"
          checked={source.lfs}
          onCheckedChange={(checked) => form.setValue('source.lfs', checked === true, { shouldDirty: true })}
        />
      </div>
      <WideRow>
        <CredentialFields hasCredential={service.hasSourceCredential} />
        <Field
          label="Known hosts"
          hint="Lines of an OpenSSH known_hosts file, for ssh. Without them the first key that is seen is trusted and kept."
          error={form.errorOf('source.knownHosts')}
        >
          <Textarea
            {...form.register('source.knownHosts', { setValueAs: (value: unknown) => (value === '' ? null : value) })}
            mono
            rows={2}
            spellCheck={false}
            placeholder="host ssh-ed25519 AAAA…"
          />
        </Field>
      </WideRow>
    </>
  );
}
