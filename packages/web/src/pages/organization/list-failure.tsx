import { explainError } from '../../data/explain-error.ts';
import { Button } from '../../ui/button.tsx';
import { FormError } from '../../ui/form-error.tsx';

/** In place of a list that could not be read: why, and once more. */
export function ListFailure({ error, onRetry }: { error: unknown; onRetry: () => void }) {
  const { title, hint, requestId } = explainError(error);
  return (
    <div className="flex flex-col items-start gap-3">
      <div className="w-full">
        <FormError message={title} hint={hint} requestId={requestId} />
      </div>
      <Button onClick={onRetry}>Try again</Button>
    </div>
  );
}
