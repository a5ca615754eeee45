import { ChevronsUpDown } from 'lucide-react';
import { useState } from 'react';
import { matchSuggestions } from './completion.ts';
import { Input } from './input.tsx';
import { type Suggestion, SuggestionList, useSuggestions } from './suggestion-list.tsx';

export interface ComboboxProps {
  value: string;
  onValueChange: (value: string) => void;
  items: readonly Suggestion[];
  /** What the list is called; also the name where there is no Field around it. */
  listLabel: string;
  /** A text that is not in the list is taken too (a branch that is not known yet). */
  free?: boolean;
  id?: string;
  'aria-label'?: string;
  placeholder?: string;
  disabled?: boolean;
  className?: string;
}

/** One of many values, found by typing. */
export function Combobox({ value, onValueChange, items, listLabel, free = false, ...rest }: ComboboxProps) {
  const [typed, setTyped] = useState<string>();
  const [open, setOpen] = useState(false);
  const matches = matchSuggestions(items, typed ?? '');
  const close = (): void => {
    setOpen(false);
    setTyped(undefined);
  };
  const choose = (item: Suggestion): void => {
    onValueChange(item.text);
    close();
  };
  const suggestions = useSuggestions(matches, open, choose, close);
  return (
    <SuggestionList suggestions={suggestions} items={matches} label={listLabel} onChoose={choose}>
      <Input
        {...rest}
        {...suggestions.inputProps}
        value={typed ?? value}
        spellCheck={false}
        autoCapitalize="none"
        trailing={<ChevronsUpDown aria-hidden className="pointer-events-none mr-1.5 size-4" />}
        onClick={() => setOpen(true)}
        onBlur={close}
        onChange={(event) => {
          setTyped(event.target.value);
          setOpen(true);
          if (free) onValueChange(event.target.value);
        }}
        onKeyDown={(event) => {
          if (event.key === 'ArrowDown' && !suggestions.open) setOpen(true);
          else if (free && event.key === 'Enter' && typed !== undefined) close();
          else suggestions.onKeyDown(event);
        }}
      />
    </SuggestionList>
  );
}
