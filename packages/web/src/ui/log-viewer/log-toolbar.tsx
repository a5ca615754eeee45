import { ArrowDownToLine, ChevronDown, ChevronUp, CircleAlert, Clock, Search, WrapText } from 'lucide-react';
import { type KeyboardEvent, memo, type ReactNode, type Ref } from 'react';
import { Button } from '../button.tsx';
import { IconButton } from '../icon-button.tsx';
import { Input } from '../input.tsx';
import type { LogSearch } from './log-source.ts';

export interface LogToolbarProps {
  search: LogSearch | undefined;
  searchInput: Ref<HTMLInputElement>;
  wrap: boolean;
  onWrapChange: (wrap: boolean) => void;
  timestamps: boolean;
  /** Absent where they are always there. */
  onTimestampsChange: ((timestamps: boolean) => void) | undefined;
  following: boolean;
  onFollowChange: (following: boolean) => void;
  live: boolean;
  onJumpToError: (() => void) | undefined;
  /** The page's own controls: at the start, and at the end (download). */
  start: ReactNode;
  end: ReactNode;
  onLeaveSearch: () => void;
}

/** What can be done with a log, above it. Not drawn anew while the log is scrolled: its buttons and their tooltips took a third of such a frame. */
export const LogToolbar = memo(function LogToolbar(props: LogToolbarProps) {
  const { search, wrap, timestamps, onTimestampsChange, following, live, onJumpToError, start, end } = props;
  return (
    <div className="flex min-w-0 shrink-0 flex-wrap items-center gap-1.5 border-b bg-surface px-2 py-1.5">
      {start}
      {search === undefined ? null : <SearchBox {...props} search={search} />}
      <div className="ml-auto flex flex-wrap items-center gap-1">
        {onJumpToError === undefined ? null : (
          <Button size="sm" variant="danger-outline" icon={<CircleAlert aria-hidden />} onClick={onJumpToError}>
            Jump to error
          </Button>
        )}
        {onTimestampsChange === undefined ? null : (
          <IconButton
            label="Timestamps"
            icon={<Clock />}
            aria-pressed={timestamps}
            onClick={() => onTimestampsChange(!timestamps)}
          />
        )}
        <IconButton
          label="Wrap lines"
          icon={<WrapText />}
          aria-pressed={wrap}
          onClick={() => props.onWrapChange(!wrap)}
        />
        <IconButton
          label={live ? 'Follow new lines' : 'Stay at the end'}
          shortcut="f"
          icon={<ArrowDownToLine />}
          aria-pressed={following}
          onClick={() => props.onFollowChange(!following)}
        />
        {end}
      </div>
    </div>
  );
});

function SearchBox({ search, searchInput, onLeaveSearch }: LogToolbarProps & { search: LogSearch }) {
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'Enter') search.onMove(event.shiftKey ? -1 : 1);
    else if (event.key === 'Escape') {
      // Only out of the search; the drawer around must stay.
      search.onQueryChange('');
      onLeaveSearch();
    } else return;
    event.preventDefault();
    event.stopPropagation();
    event.nativeEvent.stopImmediatePropagation();
  };
  const none = search.matchCount === 0 && search.more !== true;
  return (
    <div role="search" className="flex min-w-0 flex-1 basis-56 items-center gap-1 sm:max-w-96">
      <Input
        ref={searchInput}
        type="text"
        inputSize="sm"
        aria-label="Search the log"
        placeholder="Search"
        spellCheck={false}
        leading={<Search aria-hidden />}
        value={search.query}
        onChange={(event) => search.onQueryChange(event.target.value)}
        onKeyDown={onKeyDown}
      />
      <IconButton
        size="sm"
        label="Previous match"
        shortcut="N"
        icon={<ChevronUp />}
        disabled={search.query === '' || none}
        onClick={() => search.onMove(-1)}
      />
      <IconButton
        size="sm"
        label="Next match"
        shortcut="n"
        icon={<ChevronDown />}
        disabled={search.query === '' || none}
        onClick={() => search.onMove(1)}
      />
      <span role="status" className="shrink-0 pl-1 text-muted text-xs tabular-nums">
        {search.query === '' ? '' : matchWords(search)}
      </span>
    </div>
  );
}

function matchWords({ matchCount, more, currentIndex, busy }: LogSearch): string {
  if (matchCount === undefined) return busy === true ? 'Searching…' : '';
  const count = `${matchCount.toLocaleString()}${more === true ? '+' : ''}`;
  if (matchCount === 0 && more !== true) return 'No match';
  return currentIndex < 0 ? count : `${(currentIndex + 1).toLocaleString()} / ${count}`;
}
