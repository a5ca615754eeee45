import { Link } from '@tanstack/react-router';
import { SearchX } from 'lucide-react';
import { Button } from '../../ui/button.tsx';
import { usePageTitle } from './page-title.ts';
import { ProblemPage } from './problem-page.tsx';

/** For an address where nothing is, and for things that were deleted or belong to another organization. */
export function NotFoundPage() {
  usePageTitle('Not found');
  return (
    <ProblemPage
      icon={<SearchX aria-hidden />}
      title="There is nothing here"
      actions={
        <Button variant="primary" asChild>
          <Link to="/">Go to the projects</Link>
        </Button>
      }
    >
      It may have been deleted, or it belongs to another organization of yours: switch to it at the top left.
    </ProblemPage>
  );
}
