import { Spinner } from '../../ui/spinner.tsx';

/** While a page is on its way; takes the room of a page, so that nothing below it jumps. */
export function PendingPage() {
  return (
    <div className="flex min-h-[60dvh] items-center justify-center text-subtle">
      <Spinner label="Loading" />
    </div>
  );
}
