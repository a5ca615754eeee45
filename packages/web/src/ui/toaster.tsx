import { CircleAlert, CircleCheck, Info, TriangleAlert, X } from 'lucide-react';
import { Toast as Radix } from 'radix-ui';
import { useSyncExternalStore } from 'react';
import { Button } from './button.tsx';
import { CopyButton } from './copy-button.tsx';
import { IconButton } from './icon-button.tsx';
import { type ToastMessage, type ToastStore, toasts } from './toast-store.ts';

const marks = {
  neutral: <Info aria-hidden className="text-muted" />,
  info: <Info aria-hidden className="text-info" />,
  success: <CircleCheck aria-hidden className="text-success" />,
  warning: <TriangleAlert aria-hidden className="text-warning" />,
  danger: <CircleAlert aria-hidden className="text-danger" />,
};

/** Shows the messages of a store; stands once in the page. F8 brings the focus to it, hovering or focusing holds the clock. */
export function Toaster({ store = toasts }: { store?: ToastStore }) {
  const messages = useSyncExternalStore(store.subscribe, store.snapshot, store.snapshot);
  return (
    <Radix.Provider swipeDirection="right" label="Notification">
      {messages.map((message) => (
        <ToastCard key={message.id} message={message} onClose={() => store.dismiss(message.id)} />
      ))}
      <Radix.Viewport
        label="Notifications ({hotkey})"
        className="fixed right-0 bottom-0 z-70 flex max-h-dvh w-full flex-col gap-2 overflow-y-auto p-3 empty:hidden sm:w-100 sm:p-4"
      />
    </Radix.Provider>
  );
}

function ToastCard({ message, onClose }: { message: ToastMessage; onClose: () => void }) {
  return (
    <Radix.Root
      open
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
      // Radix reads "foreground" assertively: only what failed may interrupt.
      type={message.tone === 'danger' ? 'foreground' : 'background'}
      duration={message.duration ?? Number.POSITIVE_INFINITY}
      className="flex animate-slide-in-bottom gap-2.5 rounded-lg border bg-raised p-3 shadow-raised data-[swipe=move]:translate-x-(--radix-toast-swipe-move-x)"
    >
      <span className="flex h-5 items-center [&_svg]:size-4">{marks[message.tone]}</span>
      <div className="flex min-w-0 flex-1 flex-col gap-0.5">
        <Radix.Title className="break-words font-medium text-sm">{message.title}</Radix.Title>
        {message.description === undefined ? null : (
          <Radix.Description className="break-words text-muted text-sm">{message.description}</Radix.Description>
        )}
        {message.requestId === undefined ? null : (
          <p className="flex items-center gap-1 text-subtle text-xs">
            Request <span className="truncate font-mono">{message.requestId}</span>
            <CopyButton text={message.requestId} label="Copy request id" size="sm" />
          </p>
        )}
        {message.action === undefined ? null : (
          <Radix.Action asChild altText={message.action.label}>
            <Button size="sm" className="mt-1.5 self-start" onClick={message.action.onSelect}>
              {message.action.label}
            </Button>
          </Radix.Action>
        )}
      </div>
      <Radix.Close asChild>
        <IconButton plain size="sm" label="Close notification" icon={<X />} />
      </Radix.Close>
    </Radix.Root>
  );
}
