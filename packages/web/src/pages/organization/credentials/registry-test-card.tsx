import { useApiForm } from '../../../data/forms/use-api-form.ts';
import { useTestRegistry } from '../../../data/use-credentials.ts';
import { Button } from '../../../ui/button.tsx';
import { Card } from '../../../ui/card.tsx';
import { Field } from '../../../ui/field.tsx';
import { FormError } from '../../../ui/form-error.tsx';
import { Input } from '../../../ui/input.tsx';
import { RegistryVerdict } from '../registry-verdict.tsx';

/** Tries what a credential may do with one repository of its registry. */
export function RegistryTestCard({ credentialId }: { credentialId: string }) {
  const test = useTestRegistry(credentialId);
  const form = useApiForm('testRegistryCredential', {
    defaultValues: { repository: '', access: 'pull' },
    patterns: { repository: 'Small letters, digits, dots and dashes, parts divided by slashes: team/app.' },
  });
  const attempt = (access: 'pull' | 'push') =>
    form.submit(async ({ repository }) => void (await test.mutateAsync({ repository, access })));
  return (
    <Card
      title="Try it"
      description="Whether it may fetch images from a repository, or push images to it. Nothing stays in the registry."
    >
      <form onSubmit={attempt('pull')} noValidate className="flex flex-col gap-3">
        <Field
          label="Repository"
          required
          error={form.errorOf('repository')}
          hint="Without host and tag, such as team/app."
        >
          <Input {...form.register('repository')} mono spellCheck={false} autoCapitalize="none" />
        </Field>
        <div className="flex flex-wrap gap-2">
          <Button type="submit" busy={test.isPending && test.variables.access === 'pull'}>
            Try to pull
          </Button>
          <Button busy={test.isPending && test.variables.access === 'push'} onClick={() => attempt('push')()}>
            Try to push
          </Button>
        </div>
        <FormError {...form.failure} />
        <RegistryVerdict verdict={test.data} failure={undefined} />
      </form>
    </Card>
  );
}
