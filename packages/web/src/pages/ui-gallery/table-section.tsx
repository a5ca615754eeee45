import { MoreHorizontal } from 'lucide-react';
import { useState } from 'react';
import { EmptyState } from '../../ui/empty-state.tsx';
import { IconButton } from '../../ui/icon-button.tsx';
import { LoadMore } from '../../ui/load-more.tsx';
import { RelativeTime } from '../../ui/relative-time.tsx';
import { StatusBadge } from '../../ui/status-badge.tsx';
import { Table, type TableColumn, type TableSort } from '../../ui/table.tsx';
import { Section, Specimen } from './specimen.tsx';

interface Row {
  name: string;
  status: string;
  instances: number;
  at: number;
}

const loaded = Date.now();
const rows: readonly Row[] = [
  { name: 'api', status: 'running', instances: 2, at: loaded - 120_000 },
  { name: 'web', status: 'deploying', instances: 1, at: loaded - 4_000 },
  { name: 'worker-with-a-name-that-is-rather-long', status: 'crashed', instances: 0, at: loaded - 7_200_000 },
];
const columns: readonly TableColumn<Row>[] = [
  {
    id: 'name',
    header: 'Service',
    cell: (row) => <span className="break-all font-medium">{row.name}</span>,
    sortable: true,
  },
  { id: 'status', header: 'State', cell: (row) => <StatusBadge status={row.status} /> },
  {
    id: 'instances',
    header: 'Instances',
    cell: (row) => <span className="tabular-nums">{row.instances}</span>,
    align: 'end',
    sortable: true,
  },
  { id: 'at', header: 'Changed', cell: (row) => <RelativeTime at={row.at} plain className="text-muted" /> },
  {
    id: 'actions',
    header: 'Actions',
    hideHeader: true,
    align: 'end',
    cell: (row) => <IconButton size="sm" label={`More for ${row.name}`} icon={<MoreHorizontal />} />,
  },
];

export function TableSection() {
  const [sort, setSort] = useState<TableSort>({ column: 'name', direction: 'ascending' });
  const sign = sort.direction === 'ascending' ? 1 : -1;
  const sorted = rows.toSorted(
    (a, b) => sign * (sort.column === 'name' ? a.name.localeCompare(b.name) : a.instances - b.instances),
  );
  return (
    <Section id="tables" title="Tables">
      <Specimen name="Table, LoadMore" wide stack>
        <Table
          label="Services"
          columns={columns}
          rows={sorted}
          rowKey={(row) => row.name}
          sort={sort}
          onSortChange={setSort}
        />
        <LoadMore hasMore busy={false} onLoadMore={() => undefined} noun="services" />
      </Specimen>
      <Specimen name="Table in a narrow place" stack>
        <div className="max-w-80">
          <Table label="Services, narrow" columns={columns} rows={rows.slice(0, 2)} rowKey={(row) => row.name} />
        </div>
      </Specimen>
      <Specimen name="Table: loading, empty" stack>
        <Table label="Services, loading" columns={columns} rows={[]} rowKey={(row) => row.name} loadingRows={2} />
        <Table
          label="Services, none"
          columns={columns}
          rows={[]}
          rowKey={(row) => row.name}
          empty={<EmptyState title="No services yet">Add one from the menu “New”.</EmptyState>}
        />
      </Specimen>
    </Section>
  );
}
