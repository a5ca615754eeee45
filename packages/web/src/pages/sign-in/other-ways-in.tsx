import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { setupQuery } from '../../data/use-session.ts';

/** For who has no account: what this installation lets them do. */
export function OtherWaysIn() {
  const setup = useQuery(setupQuery);
  if (setup.data === undefined) return null;
  return (
    <p>
      No account?{' '}
      {setup.data.registration === 'open' ? (
        <Link to="/register" className="text-accent-text underline underline-offset-3">
          Make one
        </Link>
      ) : (
        <>
          Ask an admin for an invitation, then{' '}
          <Link to="/invitation" className="text-accent-text underline underline-offset-3">
            use it here
          </Link>
        </>
      )}
      .
    </p>
  );
}
