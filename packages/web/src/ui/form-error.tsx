import { Alert } from './alert.tsx';
import { CopyButton } from './copy-button.tsx';

export interface FormErrorProps {
  /** What happened and why; nothing is shown without it. */
  message: string | undefined;
  /** What to do. */
  hint?: string | undefined;
  requestId?: string | undefined;
}

/** Why a form could not be sent, read out when it appears. */
export function FormError({ message, hint, requestId }: FormErrorProps) {
  return (
    <div role="alert" className="empty:hidden">
      {message === undefined ? null : (
        <Alert tone="danger" title={message}>
          {hint}
          {requestId === undefined ? null : (
            <span className="mt-1 flex items-center gap-1 text-xs">
              Request <span className="truncate font-mono">{requestId}</span>
              <CopyButton text={requestId} label="Copy request id" size="sm" />
            </span>
          )}
        </Alert>
      )}
    </div>
  );
}
