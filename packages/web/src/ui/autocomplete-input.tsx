import { type ChangeEvent, type SyntheticEvent, useEffect, useRef, useState } from 'react';
import { applyCompletion, type Completion, findCompletion, matchSuggestions } from './completion.ts';
import { Input } from './input.tsx';
import { type Suggestion, SuggestionList, useSuggestions } from './suggestion-list.tsx';
import { Textarea } from './textarea.tsx';

export interface AutocompleteInputProps {
  value: string;
  onValueChange: (value: string) => void;
  /** Everything that can be completed (whole references, `${{api.URL}}`). */
  items: readonly Suggestion[];
  /** What the list is called. */
  listLabel?: string;
  /** Several lines. */
  multiline?: boolean;
  'aria-label'?: string;
  id?: string;
  name?: string;
  placeholder?: string;
  disabled?: boolean;
  className?: string;
}

/** Free text in which references are completed: the list opens at `${{`. Within a Field it is named by it. */
export function AutocompleteInput({
  value,
  onValueChange,
  items,
  listLabel = 'References',
  multiline = false,
  ...rest
}: AutocompleteInputProps) {
  const element = useRef<HTMLInputElement & HTMLTextAreaElement>(null);
  const nextCaret = useRef<number>(undefined);
  const [completion, setCompletion] = useState<Completion>();
  const matches = completion === undefined ? [] : matchSuggestions(items, completion.query);
  const look = (event: SyntheticEvent<HTMLInputElement | HTMLTextAreaElement>): void => {
    const { selectionStart, selectionEnd, value: text } = event.currentTarget;
    setCompletion(
      selectionStart === null || selectionStart !== selectionEnd ? undefined : findCompletion(text, selectionStart),
    );
  };
  const choose = (item: Suggestion): void => {
    if (completion === undefined) return;
    const done = applyCompletion(value, element.current?.selectionStart ?? value.length, completion, item.text);
    nextCaret.current = done.caret;
    setCompletion(undefined);
    onValueChange(done.text);
  };
  useEffect(() => {
    // After React has written the new value, which puts the caret at its end.
    if (nextCaret.current === undefined) return;
    element.current?.setSelectionRange(nextCaret.current, nextCaret.current);
    nextCaret.current = undefined;
  }, [value]);
  const suggestions = useSuggestions(matches, completion !== undefined, choose, () => setCompletion(undefined));
  const shared = {
    ...rest,
    ...suggestions.inputProps,
    ref: element,
    mono: true as const,
    value,
    spellCheck: false,
    autoCapitalize: 'none',
    onKeyDown: suggestions.onKeyDown,
    onSelect: look,
    onBlur: () => setCompletion(undefined),
    onChange: (event: ChangeEvent<HTMLInputElement | HTMLTextAreaElement>) => {
      onValueChange(event.target.value);
      look(event);
    },
  };
  return (
    <SuggestionList suggestions={suggestions} items={matches} label={listLabel} onChoose={choose}>
      {/* ARIA knows no combobox of several lines: a text box that controls a list is what comes nearest. */}
      {multiline ? <Textarea {...shared} role={undefined} aria-expanded={undefined} /> : <Input {...shared} />}
    </SuggestionList>
  );
}
