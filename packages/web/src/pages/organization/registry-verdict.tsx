import type { Schemas } from '../../data/api-client.ts';
import { Alert } from '../../ui/alert.tsx';
import { UserText } from '../../ui/user-text.tsx';

export interface RegistryVerdictProps {
  verdict: Schemas['RegistryVerdict'] | undefined;
  /** Why there is none. */
  failure: { title: string; hint: string } | undefined;
}

/** What a try at a registry found, with its cause. */
export function RegistryVerdict({ verdict, failure }: RegistryVerdictProps) {
  return (
    <div role="status" className="w-full empty:hidden">
      {failure !== undefined ? (
        <Alert tone="danger" title={failure.title}>
          {failure.hint}
        </Alert>
      ) : verdict === undefined ? null : (
        <Alert
          tone={verdict.ok ? 'success' : 'danger'}
          title={verdict.ok ? 'The registry lets it' : 'The registry does not let it'}
        >
          <UserText text={verdict.detail} className="break-words" />
          {verdict.mend === null ? null : (
            <>
              {' '}
              <UserText text={verdict.mend} className="break-words text-muted" />
            </>
          )}
        </Alert>
      )}
    </div>
  );
}
