import { useState } from 'react';
import { useApiForm } from '../../../data/forms/use-api-form.ts';
import { type Example, useCreateFromExample, useCreateService, useExamples } from '../../../data/use-services.ts';
import { Button } from '../../../ui/button.tsx';
import { Dialog, DialogContent } from '../../../ui/dialog.tsx';
import { Field } from '../../../ui/field.tsx';
import { FormError } from '../../../ui/form-error.tsx';
import { Input } from '../../../ui/input.tsx';
import { Tab, TabList, TabPanel, Tabs } from '../../../ui/tabs.tsx';

export interface NewServiceDialogProps {
  projectId: string;
  environmentId: string;
  open: boolean;
  onOpenChange: (open: boolean) => void;
  /** A service was made, and its first deployment has begun. */
  onCreated: (serviceId: string) => void;
}

/** A service from a Git repository, or from an example. */
export function NewServiceDialog({ open, onOpenChange, ...rest }: NewServiceDialogProps) {
  const [from, setFrom] = useState('git');
  return (
    <Dialog open={open} onOpenChange={onOpenChange}>
      <DialogContent title="New service" description="It is built and started at once.">
        <Tabs value={from} onValueChange={setFrom} className="gap-4">
          <TabList aria-label="Where it comes from">
            <Tab value="git">Git repository</Tab>
            <Tab value="example">Example</Tab>
          </TabList>
          <TabPanel value="git">
            <GitForm {...rest} />
          </TabPanel>
          <TabPanel value="example">
            <Examples {...rest} />
          </TabPanel>
        </Tabs>
      </DialogContent>
    </Dialog>
  );
}

type Target = Omit<NewServiceDialogProps, 'open' | 'onOpenChange'>;

/** The name that a repository suggests for its service. */
function nameOf(url: string): string {
  const last =
    url
      .replace(/[?#].*$/, '')
      .replace(/\/+$/, '')
      .split(/[/:]/)
      .at(-1) ?? '';
  return last
    .replace(/\.git$/, '')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '');
}

function GitForm({ projectId, environmentId, onCreated }: Target) {
  const create = useCreateService(projectId);
  const [branch, setBranch] = useState('');
  const form = useApiForm('createService', {
    defaultValues: { name: '', source: { type: 'git', url: '' } },
    patterns: { name: 'Lower-case letters, digits and dashes, beginning with a letter.' },
  });
  const url = form.register('source.url', {
    onBlur: () => {
      if (form.getValues('name') === '') form.setValue('name', nameOf(form.getValues('source.url') ?? ''));
    },
  });
  const send = form.submit(async (body) => {
    const { source } = body;
    if (source?.type !== 'git') return;
    const reference = branch.trim() === '' ? null : { branch: branch.trim() };
    const service = await create.mutateAsync({ ...body, environmentId, source: { ...source, reference } });
    onCreated(service.id);
  });
  return (
    <form onSubmit={send} className="flex flex-col gap-4" noValidate>
      <FormError {...form.failure} />
      <Field label="Repository" required error={form.errorOf('source.url')} hint="An https or ssh address.">
        <Input {...url} placeholder="https://host/owner/repository.git" autoFocus />
      </Field>
      <Field label="Branch" hint="The repository's default branch when left empty.">
        <Input value={branch} onChange={(event) => setBranch(event.target.value)} />
      </Field>
      <Field label="Name" required error={form.errorOf('name')} hint="Becomes a part of its address.">
        <Input {...form.register('name')} />
      </Field>
      <Button type="submit" variant="primary" busy={create.isPending} className="self-end">
        Create and deploy
      </Button>
    </form>
  );
}

function Examples({ projectId, environmentId, onCreated }: Target) {
  const examples = useExamples();
  const create = useCreateFromExample(projectId);
  const use = (example: Example): void =>
    create.mutate({ example, environmentId }, { onSuccess: ({ id }) => onCreated(id) });
  return (
    <ul aria-label="Examples" className="flex flex-col gap-2">
      {(examples.data ?? []).map((example) => (
        <li key={example.name} className="flex items-center gap-3 rounded-lg border px-3 py-2">
          <span className="flex min-w-0 flex-1 flex-col">
            <span className="font-medium text-sm">{example.title}</span>
            <span className="text-muted text-xs">{example.description}</span>
          </span>
          <Button
            size="sm"
            aria-label={`Deploy ${example.title}`}
            busy={create.isPending && create.variables.example.name === example.name}
            onClick={() => use(example)}
          >
            Deploy
          </Button>
        </li>
      ))}
    </ul>
  );
}
