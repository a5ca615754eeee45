import { explainError } from '../../../data/explain-error.ts';
import { type Example, useCreateFromExample, useExamples } from '../../../data/use-services.ts';
import { Button } from '../../../ui/button.tsx';
import { FormError } from '../../../ui/form-error.tsx';
import { Skeleton } from '../../../ui/skeleton.tsx';
import type { NewServiceTarget } from './new-service-target.ts';

/** A service from one of davit's examples. */
export function ExampleList({ projectId, environmentId, onCreated }: NewServiceTarget) {
  const examples = useExamples();
  const create = useCreateFromExample(projectId);
  const error = create.error ?? examples.error;
  const failure = error === null ? undefined : explainError(error);
  const use = (example: Example): void =>
    create.mutate({ example, environmentId }, { onSuccess: ({ id }) => onCreated(id) });
  return (
    <div className="flex flex-col gap-3">
      <FormError message={failure?.title} hint={failure?.hint} requestId={failure?.requestId} />
      {examples.isPending ? <Skeleton className="h-40" /> : null}
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
    </div>
  );
}
