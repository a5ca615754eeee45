import { ArrowDown, ArrowUp, ChevronsUpDown } from 'lucide-react';
import type { ReactNode } from 'react';
import { cn } from './cn.ts';
import { Skeleton } from './skeleton.tsx';

export interface TableSort {
  column: string;
  direction: 'ascending' | 'descending';
}

export interface TableColumn<Row> {
  id: string;
  header: string;
  cell: (row: Row) => ReactNode;
  /** Its head is a button that asks for this order. */
  sortable?: boolean;
  /** Numbers and actions go to the end of the line. */
  align?: 'start' | 'end';
  /** The head is read out only (a column of buttons). */
  hideHeader?: boolean;
  className?: string;
}

export interface TableProps<Row> {
  /** What the table holds; read out. */
  label: string;
  columns: readonly TableColumn<Row>[];
  rows: readonly Row[];
  rowKey: (row: Row) => string;
  sort?: TableSort;
  onSortChange?: (sort: TableSort) => void;
  /** Shows this many lines of placeholders instead of rows. */
  loadingRows?: number;
  /** Shown instead of rows when there are none. */
  empty?: ReactNode;
  className?: string;
}

/** Rows and columns. In a container narrower than 36rem each row becomes a card whose cells carry the heads of their columns. */
export function Table<Row>({
  label,
  columns,
  rows,
  rowKey,
  sort,
  onSortChange,
  loadingRows = 0,
  empty,
  className,
}: TableProps<Row>) {
  const cellClasses = (column: TableColumn<Row>): string =>
    cn(
      'flex items-baseline justify-between gap-3 py-1 text-right',
      '@xl:table-cell @xl:border-b @xl:px-3 @xl:py-2 @xl:align-middle @xl:group-last/row:border-b-0',
      column.align === 'end' ? '@xl:text-right' : '@xl:text-left',
      column.className,
    );
  if (rows.length === 0 && loadingRows === 0 && empty !== undefined) return <>{empty}</>;
  return (
    <div className={cn('@container min-w-0 overflow-x-auto rounded-lg border bg-surface', className)}>
      {/* Roles in words: `display: block` on a row takes its meaning away in some browsers. */}
      <table
        role="table"
        aria-label={label}
        aria-busy={loadingRows > 0}
        className="block w-full border-separate border-spacing-0 text-sm @xl:table"
      >
        <thead role="rowgroup" className="sr-only @xl:not-sr-only @xl:table-header-group">
          <tr role="row" className="@xl:table-row">
            {columns.map((column) => (
              <HeadCell key={column.id} column={column} sort={sort} onSortChange={onSortChange} />
            ))}
          </tr>
        </thead>
        <tbody role="rowgroup" className="block divide-y @xl:table-row-group @xl:divide-y-0">
          {rows.map((row) => (
            <tr
              key={rowKey(row)}
              role="row"
              className="group/row block px-3 py-2 transition-colors hover:bg-hover/60 @xl:table-row"
            >
              {columns.map((column) => (
                <td key={column.id} role="cell" className={cellClasses(column)}>
                  <span
                    aria-hidden
                    className={cn(
                      'shrink-0 text-left text-subtle text-xs @xl:hidden',
                      column.hideHeader === true && 'invisible',
                    )}
                  >
                    {column.header}
                  </span>
                  {/* One box for the cell's content, which the card's flex line can shrink. */}
                  <div className={cn('min-w-0', column.align === 'end' && '@xl:inline-block')}>{column.cell(row)}</div>
                </td>
              ))}
            </tr>
          ))}
          {Array.from({ length: loadingRows }, (_, index) => (
            // placeholders have no identity
            <tr key={`loading-${index}`} role="row" className="group/row block px-3 py-2 @xl:table-row">
              {columns.map((column) => (
                <td key={column.id} role="cell" className={cellClasses(column)}>
                  <Skeleton className="my-0.5 h-4 w-3/5" />
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function HeadCell<Row>({
  column,
  sort,
  onSortChange,
}: {
  column: TableColumn<Row>;
  sort: TableSort | undefined;
  onSortChange: ((sort: TableSort) => void) | undefined;
}) {
  const direction = sort?.column === column.id ? sort.direction : undefined;
  const Icon = direction === undefined ? ChevronsUpDown : direction === 'ascending' ? ArrowUp : ArrowDown;
  return (
    <th
      role="columnheader"
      scope="col"
      aria-sort={direction}
      className={cn(
        'whitespace-nowrap border-b bg-sunken px-3 py-1.5 font-medium text-subtle text-xs first:rounded-tl-lg last:rounded-tr-lg',
        column.align === 'end' ? 'text-right' : 'text-left',
      )}
    >
      {column.sortable === true && onSortChange !== undefined ? (
        <button
          type="button"
          className="-mx-1 inline-flex h-6 items-center gap-1 rounded-sm px-1 hover:text-fg"
          onClick={() =>
            onSortChange({ column: column.id, direction: direction === 'ascending' ? 'descending' : 'ascending' })
          }
        >
          {column.header}
          <Icon aria-hidden className="size-3" />
        </button>
      ) : (
        <span className={column.hideHeader === true ? 'sr-only' : undefined}>{column.header}</span>
      )}
    </th>
  );
}
