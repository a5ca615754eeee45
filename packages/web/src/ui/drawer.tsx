import { X } from 'lucide-react';
import { type KeyboardEvent, type PointerEvent, type ReactNode, useEffect, useId, useRef, useState } from 'react';
import { createPortal } from 'react-dom';
import { cn } from './cn.ts';
import { IconButton } from './icon-button.tsx';
import { useMediaQuery } from './use-media-query.ts';
import { useReturnFocus } from './use-return-focus.ts';

const MINIMUM_WIDTH = 420;

export interface DrawerProps {
  open: boolean;
  onClose: () => void;
  title: ReactNode;
  /** Beside the title: state, links. */
  subtitle?: ReactNode;
  /** Buttons before the one that closes. */
  actions?: ReactNode;
  /** Pixels, before anybody drags its edge. */
  initialWidth?: number;
  className?: string;
  /** Its own scrolling is the content's business. */
  children: ReactNode;
}

/**
 * A large panel at the right over a canvas that stays usable. It takes the focus when it opens and gives it back when it closes, Esc closes it (unless
 * a menu or dialog above it took the key), its left edge can be dragged. On a narrow screen it fills the screen and the page behind it is inert.
 */
export function Drawer({ open, ...rest }: DrawerProps) {
  return open ? createPortal(<OpenDrawer {...rest} />, document.body) : null;
}

function OpenDrawer({
  onClose,
  title,
  subtitle,
  actions,
  initialWidth = 760,
  className,
  children,
}: Omit<DrawerProps, 'open'>) {
  const panel = useRef<HTMLDivElement>(null);
  const titleId = useId();
  const narrow = useMediaQuery('(max-width: 767px)');
  const [width, setWidth] = useState(initialWidth);
  useReturnFocus();
  useEffect(() => {
    if (panel.current?.contains(document.activeElement) !== true) panel.current?.focus({ preventScroll: true });
  }, []);
  useEffect(() => {
    if (!narrow) return undefined;
    const page = document.getElementById('root');
    page?.setAttribute('inert', '');
    return () => page?.removeAttribute('inert');
  }, [narrow]);
  useEffect(() => {
    const onKeyDown = (event: globalThis.KeyboardEvent): void => {
      if (event.key !== 'Escape' || event.defaultPrevented) return;
      // Radix' layers (dialogs, menus) stand above, and take the key while they are open.
      if (
        document.querySelector(
          '[role=dialog][data-state=open],[role=menu][data-state=open],[role=listbox][data-state=open]',
        ) !== null
      )
        return;
      onClose();
    };
    document.addEventListener('keydown', onKeyDown);
    return () => document.removeEventListener('keydown', onKeyDown);
  }, [onClose]);
  return (
    <div
      ref={panel}
      role="dialog"
      aria-modal={narrow}
      aria-labelledby={titleId}
      tabIndex={-1}
      style={narrow ? undefined : { width: `min(${width}px, calc(100vw - 3rem))` }}
      className={cn(
        'fixed inset-0 z-40 flex animate-slide-in-right flex-col bg-surface focus:outline-none md:left-auto md:border-l md:shadow-raised',
        className,
      )}
    >
      {narrow ? null : <Edge width={width} onWidthChange={setWidth} />}
      <header className="flex shrink-0 items-center gap-3 py-3 pr-3 pl-4 md:pl-5">
        <div className="flex min-w-0 flex-1 flex-wrap items-center gap-x-3 gap-y-1">
          <h2 id={titleId} className="min-w-0 truncate font-semibold text-lg">
            {title}
          </h2>
          {subtitle}
        </div>
        <div className="flex shrink-0 items-center gap-1">
          {actions}
          <IconButton label="Close" shortcut="Esc" icon={<X />} onClick={onClose} />
        </div>
      </header>
      <div className="flex min-h-0 flex-1 flex-col">{children}</div>
    </div>
  );
}

function Edge({ width, onWidthChange }: { width: number; onWidthChange: (width: number) => void }) {
  const set = (next: number): void => onWidthChange(Math.max(MINIMUM_WIDTH, Math.min(next, window.innerWidth - 48)));
  const onPointerMove = (event: PointerEvent<HTMLDivElement>): void => {
    if (event.currentTarget.hasPointerCapture(event.pointerId)) set(window.innerWidth - event.clientX);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = { ArrowLeft: 40, ArrowRight: -40 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    set(width + step);
  };
  return (
    // a separator that can be moved is no <hr>
    <div
      role="separator"
      aria-orientation="vertical"
      aria-label="Width of the panel"
      aria-valuenow={width}
      aria-valuemin={MINIMUM_WIDTH}
      tabIndex={0}
      onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
      onPointerMove={onPointerMove}
      onKeyDown={onKeyDown}
      className="absolute inset-y-0 -left-1 z-10 w-2 cursor-col-resize touch-none transition-colors hover:bg-accent/30 focus-visible:bg-accent/40 active:bg-accent/40"
    />
  );
}
