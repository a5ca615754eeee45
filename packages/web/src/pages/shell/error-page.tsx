import { useQueryErrorResetBoundary } from '@tanstack/react-query';
import { Link, useRouter } from '@tanstack/react-router';
import { CircleAlert } from 'lucide-react';
import { useEffect } from 'react';
import { explainError, isForbidden, isNotFound } from '../../data/explain-error.ts';
import { Button } from '../../ui/button.tsx';
import { ForbiddenPage } from './forbidden-page.tsx';
import { NotFoundPage } from './not-found-page.tsx';
import { ProblemPage } from './problem-page.tsx';

/** In place of a page that met an error: what happened, what to do, and the id of the request that failed. */
export function ErrorPage({ error }: { error: unknown }) {
  const router = useRouter();
  const { reset } = useQueryErrorResetBoundary();
  // Without this a query that failed would throw the same error again when the page is tried once more.
  useEffect(() => reset(), [reset]);
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
          <Button variant="primary" onClick={() => void router.invalidate()}>
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
