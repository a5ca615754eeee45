import { Popover } from 'radix-ui';
import { type KeyboardEvent, type ReactNode, useEffect, useId, useState } from 'react';
import { cn } from './cn.ts';
import { popupClasses } from './menu-items.ts';

/** One entry of a list below an input. */
export interface Suggestion {
  /** What is entered when it is chosen; unique in the list. */
  text: string;
  /** What is shown in its place. */
  label?: ReactNode;
  /** Few words at the end of the line (the service it comes from). */
  detail?: string;
}

export interface Suggestions {
  open: boolean;
  active: number;
  listId: string;
  setActive: (index: number) => void;
  /** What the input needs to be a combobox. */
  inputProps: {
    role: 'combobox';
    'aria-expanded': boolean;
    'aria-controls'?: string;
    'aria-activedescendant'?: string;
    'aria-autocomplete': 'list';
  };
  /** Handles the arrows, Enter, Tab and Esc; true when it did. */
  onKeyDown: (event: KeyboardEvent) => boolean;
}

/** The keyboard of a list below an input: the focus stays in the input, the active entry moves. */
export function useSuggestions(
  items: readonly Suggestion[],
  open: boolean,
  onChoose: (item: Suggestion) => void,
  onClose: () => void,
): Suggestions {
  const listId = useId();
  const [active, setActive] = useState(0);
  const shown = open && items.length > 0;
  useEffect(() => setActive(0), [items.length, open]);
  const current = Math.min(active, items.length - 1);
  const onKeyDown = (event: KeyboardEvent): boolean => {
    if (!shown || event.nativeEvent.isComposing) return false;
    const moves: Record<string, number> = { ArrowDown: current + 1, ArrowUp: current - 1 };
    const move = moves[event.key];
    if (move !== undefined) setActive((move + items.length) % items.length);
    else if (event.key === 'Escape') onClose();
    else if (event.key === 'Enter' || event.key === 'Tab') {
      const item = items[current];
      if (item !== undefined) onChoose(item);
    } else return false;
    event.preventDefault();
    event.stopPropagation();
    return true;
  };
  return {
    open: shown,
    active: current,
    listId,
    setActive,
    inputProps: {
      role: 'combobox',
      'aria-expanded': shown,
      'aria-autocomplete': 'list',
      ...(shown ? { 'aria-controls': listId, 'aria-activedescendant': `${listId}-${current}` } : {}),
    },
    onKeyDown,
  };
}

export interface SuggestionListProps {
  suggestions: Suggestions;
  items: readonly Suggestion[];
  label: string;
  onChoose: (item: Suggestion) => void;
  /** The input, which the list hangs on. */
  children: ReactNode;
}

/** Wraps an input and shows the list below it. */
export function SuggestionList({ suggestions, items, label, onChoose, children }: SuggestionListProps) {
  const { open, active, listId, setActive } = suggestions;
  useEffect(() => {
    if (open) document.getElementById(`${listId}-${active}`)?.scrollIntoView({ block: 'nearest' });
  }, [open, active, listId]);
  return (
    <Popover.Root open={open}>
      <Popover.Anchor asChild>
        <div className="w-full min-w-0">{children}</div>
      </Popover.Anchor>
      <Popover.Portal>
        <Popover.Content
          asChild
          align="start"
          sideOffset={4}
          collisionPadding={8}
          onOpenAutoFocus={(event) => event.preventDefault()}
          onCloseAutoFocus={(event) => event.preventDefault()}
        >
          <div
            id={listId}
            role="listbox"
            aria-label={label}
            className={cn(popupClasses, 'max-h-64 min-w-(--radix-popover-trigger-width) max-w-120')}
          >
            {items.map((item, index) => (
              <div
                key={item.text}
                id={`${listId}-${index}`}
                role="option"
                tabIndex={-1}
                aria-selected={index === active}
                className="flex min-h-8 cursor-default items-center justify-between gap-4 rounded-md px-2 py-1 aria-selected:bg-hover"
                onPointerMove={() => setActive(index)}
                // Before the input loses the focus.
                onPointerDown={(event) => {
                  event.preventDefault();
                  onChoose(item);
                }}
              >
                <span className="min-w-0 truncate">{item.label ?? item.text}</span>
                {item.detail === undefined ? null : (
                  <bdi className="max-w-40 shrink-0 truncate text-subtle text-xs">{item.detail}</bdi>
                )}
              </div>
            ))}
          </div>
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}
