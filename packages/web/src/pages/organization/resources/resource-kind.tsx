import { ProviderMark } from '../../../ui/provider-mark.tsx';
import { UserText } from '../../../ui/user-text.tsx';

/** A kind with the mark of its provider. */
export function ResourceKind({ kind, provider }: { kind: string; provider: string | null }) {
  return (
    <span className="inline-flex min-w-0 items-center gap-2">
      <ProviderMark provider={provider} />
      <UserText text={kind} className="min-w-0 break-all" />
    </span>
  );
}
