import { X } from 'lucide-react';
import { Dialog as Radix } from 'radix-ui';
import type { ReactNode } from 'react';
import { cn } from './cn.ts';
import { IconButton } from './icon-button.tsx';
import { ReturnFocus } from './use-return-focus.ts';

/** A question or form over the page: Dialog (open, onOpenChange) > DialogTrigger? + DialogContent. Traps the focus and gives it back. */
export const Dialog = Radix.Root;
export const DialogTrigger = Radix.Trigger;
export const DialogClose = Radix.Close;

const widths = { sm: 'sm:max-w-sm', md: 'sm:max-w-lg', lg: 'sm:max-w-2xl', xl: 'sm:max-w-4xl' };

export interface DialogContentProps {
  title: ReactNode;
  /** One or two sentences below the title. */
  description?: ReactNode;
  size?: keyof typeof widths;
  /** The buttons, at the end; they stay in view while the body scrolls. */
  footer?: ReactNode;
  className?: string;
  children?: ReactNode;
}

export function DialogContent({ title, description, size = 'md', footer, className, children }: DialogContentProps) {
  return (
    <Radix.Portal>
      <Radix.Overlay className="fixed inset-0 z-50 animate-fade-in bg-backdrop" />
      <Radix.Content
        onOpenAutoFocus={focusFirstField}
        {...(description === undefined ? { 'aria-describedby': undefined } : {})}
        className={cn(
          'fixed inset-x-3 top-[max(1rem,12vh)] z-50 mx-auto flex max-h-[min(80vh,calc(100dvh-2rem))] flex-col overflow-hidden rounded-xl border',
          'animate-pop-in border-line bg-raised shadow-raised focus:outline-none',
          widths[size],
          className,
        )}
      >
        <ReturnFocus />
        <header className="flex items-start justify-between gap-4 px-5 pt-4">
          <div className="flex min-w-0 flex-col gap-1">
            <Radix.Title className="break-words font-semibold text-lg">{title}</Radix.Title>
            {description === undefined ? null : (
              <Radix.Description asChild>
                <div className="break-words text-muted text-sm">{description}</div>
              </Radix.Description>
            )}
          </div>
          <Radix.Close asChild>
            <IconButton plain label="Close" icon={<X />} className="-mt-0.5 -mr-2" />
          </Radix.Close>
        </header>
        {/* Without a tab stop a keyboard could not scroll a body that holds only text; the browser gives scrollers one by itself. */}
        <div className="min-h-0 flex-1 overflow-y-auto px-5 py-4">{children}</div>
        {footer === undefined ? null : (
          <footer className="flex flex-wrap justify-end gap-2 border-t bg-sunken px-5 py-3">{footer}</footer>
        )}
      </Radix.Content>
    </Radix.Portal>
  );
}

/** Who opens a form wants to type; Radix would take the button that closes it, which comes first. */
function focusFirstField(event: Event): void {
  const { target } = event;
  if (!(target instanceof HTMLElement)) return;
  const field = target.querySelector<HTMLElement>(
    'input:not([type=hidden],:disabled,[hidden]), textarea:not(:disabled)',
  );
  if (field === null) return;
  event.preventDefault();
  field.focus({ preventScroll: true });
}
