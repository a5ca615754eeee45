import { useQueryErrorResetBoundary } from '@tanstack/react-query';
import { Link, useRouter } from '@tanstack/react-router';
import { CircleAlert } from 'lucide-react';
import { useEffect } from 'react';
import { explainError, isForbidden, isNotFound } from '../../data/explain-error.ts';
import { Button } from '../../ui/button.tsx';
import { ForbiddenPage } from './forbidden-page.tsx';
import { NotFoundPage } from './not-found-page.tsx';
import { ProblemPage } from './problem-page.tsx';

export interface ErrorPageProps {
  error: unknown;
  /** Draws again what met the error. */
  reset?: () => void;
}

/** In place of a page that met an error: what happened, what to do, and the id of the request that failed. */
export function ErrorPage({ error, reset }: ErrorPageProps) {
  const router = useRouter();
  const { reset: forgetErrors } = useQueryErrorResetBoundary();
  // Without this a query that failed would throw the same error again when the page is tried once more.
  useEffect(() => forgetErrors(), [forgetErrors]);
  const tryAgain = (): void => {
    reset?.();
    void router.invalidate();
  };
  if (isNotFound(error)) return <NotFoundPage />;
  if (isForbidden(error)) return <ForbiddenPage />;
  const { title, hint, requestId, code } = explainError(error);
  return (
    <ProblemPage
      icon={<CircleAlert aria-hidden />}
      title={title}
      requestId={requestId}
      detail={code}
      actions={
        <>
          <Button variant="primary" onClick={tryAgain}>
            Try again
          </Button>
          <Button onClick={() => window.location.reload()}>Load the page again</Button>
          <Button variant="ghost" asChild>
            <Link to="/">Go to the projects</Link>
          </Button>
        </>
      }
    >
      {hint}
    </ProblemPage>
  );
}
