import { useState } from 'react';
import type { Body } from '../../../data/api-client.ts';
import { useApiForm } from '../../../data/forms/use-api-form.ts';
import type { Kind } from '../../../data/use-kinds.ts';
import { Field } from '../../../ui/field.tsx';
import { FormError } from '../../../ui/form-error.tsx';
import { Input } from '../../../ui/input.tsx';
import { providerName } from '../../../ui/provider-mark.tsx';
import { type RepositoryAccess, RepositoryAccessFields, toCredential } from '../../../ui/repository-access-fields.tsx';
import { Select } from '../../../ui/select.tsx';
import { Textarea } from '../../../ui/textarea.tsx';
import { providerForms } from '../credentials/provider-form.ts';
import { kindFaults, readSchema } from './module-input.ts';
import { referenceLabels, type TypedReference, toReference, typedReference } from './module-reference.ts';

type KindModule = Body<'setKindModule'>;

export interface ModuleFormProps {
  formId: string;
  /** Whose module is changed. */
  kind: Kind | undefined;
  /** The organization's own. */
  specSchema: object | undefined;
  onSend: (wanted: { kind: string; body: KindModule }) => Promise<void>;
}

interface Typed {
  name: string;
  reference: TypedReference;
  provider: string;
  access: RepositoryAccess;
  schema: string;
}

const none = 'none';

function typedOf({ kind, specSchema }: Pick<ModuleFormProps, 'kind' | 'specSchema'>): Typed {
  return {
    name: kind?.name ?? '',
    reference: typedReference(kind?.module?.reference ?? null),
    provider: kind?.provider ?? none,
    access: { kind: kind?.hasSourceCredential ? 'kept' : 'public', secret: '' },
    schema: specSchema === undefined ? '' : JSON.stringify(specSchema, null, 2),
  };
}

/** Which kind, where its module is, and what the module is given. */
export function ModuleForm({ formId, kind, specSchema, onSend }: ModuleFormProps) {
  const [typed, setTyped] = useState(() => typedOf({ kind, specSchema }));
  const [isTried, setTried] = useState(false);
  const change = (next: Partial<Typed>): void => setTyped({ ...typed, ...next });
  const { name, reference, provider, access, schema } = typed;
  const faults = isTried ? kindFaults({ name, reference, access, schema }) : {};
  const form = useApiForm('setKindModule', {
    defaultValues: { url: kind?.module?.url ?? '', folder: kind?.module?.folder ?? '', summary: kind?.summary ?? '' },
  });
  const send = form.submit(async (body) => {
    setTried(true);
    if (Object.keys(kindFaults({ name, reference, access, schema })).length > 0) return;
    const credential = toCredential(access);
    await onSend({
      kind: name,
      body: {
        ...body,
        reference: toReference(reference) ?? null,
        provider: (provider === none ? null : provider) as KindModule['provider'] & string,
        specSchema: (readSchema(schema) ?? null) as KindModule['specSchema'] & object,
        ...(access.kind === 'kept' ? {} : { sourceCredential: credential ?? null }),
      },
    });
  });
  return (
    <form id={formId} noValidate autoComplete="off" className="flex flex-col gap-4" onSubmit={send}>
      {kind === undefined ? (
        <Field
          label="Kind"
          hint="As manifests write it: AwsS3Bucket, or a name of your own."
          required
          error={faults.name}
        >
          <Input
            value={name}
            spellCheck={false}
            autoCapitalize="none"
            onChange={(event) => change({ name: event.target.value })}
          />
        </Field>
      ) : null}
      <Field label="Repository" required error={form.errorOf('url')} hint="An https or ssh address.">
        <Input {...form.register('url')} placeholder="https://host/owner/modules.git" spellCheck={false} />
      </Field>
      <div className="grid gap-4 sm:grid-cols-2">
        <Field label="What of it">
          <Select
            value={reference.type}
            onValueChange={(type) => change({ reference: { type, name: '' } })}
            options={(['default', 'branch', 'tag', 'commit'] as const).map((type) => ({
              value: type,
              label: referenceLabels[type],
            }))}
          />
        </Field>
        {reference.type === 'default' ? null : (
          <Field label={`Name of the ${reference.type}`} required error={faults.reference}>
            <Input
              value={reference.name}
              spellCheck={false}
              onChange={(event) => change({ reference: { ...reference, name: event.target.value } })}
            />
          </Field>
        )}
        <Field label="Folder" error={form.errorOf('folder')} hint="Where the module is in it.">
          <Input {...form.register('folder')} placeholder="buckets" spellCheck={false} />
        </Field>
      </div>
      <RepositoryAccessFields
        access={access}
        canKeep={kind?.hasSourceCredential ?? false}
        error={faults.access}
        onChange={(next) => change({ access: next })}
      />
      <div className="grid gap-4 sm:grid-cols-2">
        <Field label="Provider" hint="Whose credential the module is given.">
          <Select
            value={provider}
            onValueChange={(next) => change({ provider: next })}
            options={[
              { value: none, label: providerName(null) },
              ...providerForms.map(({ name: value, title }) => ({ value, label: title })),
            ]}
          />
        </Field>
        <Field label="Summary" error={form.errorOf('summary')} hint="What it makes, for the list of kinds.">
          <Input {...form.register('summary')} />
        </Field>
      </div>
      <Field
        label="Schema of spec"
        error={faults.schema}
        hint="A JSON Schema of an object. Without one: that of davit’s own kind of this name, else every field is taken."
      >
        <Textarea
          value={schema}
          mono
          rows={5}
          spellCheck={false}
          onChange={(event) => change({ schema: event.target.value })}
        />
      </Field>
      <FormError {...form.failure} />
    </form>
  );
}
