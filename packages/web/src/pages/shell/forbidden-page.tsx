import { Link } from '@tanstack/react-router';
import { Lock } from 'lucide-react';
import { Button } from '../../ui/button.tsx';
import { usePageTitle } from './page-title.ts';
import { ProblemPage } from './problem-page.tsx';

/** For what the user's role does not allow. */
export function ForbiddenPage() {
  usePageTitle('Not allowed');
  return (
    <ProblemPage
      icon={<Lock aria-hidden />}
      title="Your role does not allow this"
      actions={
        <Button variant="primary" asChild>
          <Link to="/">Go to the projects</Link>
        </Button>
      }
    >
      Ask an owner or admin of the organization to do it, or to raise your role.
    </ProblemPage>
  );
}
