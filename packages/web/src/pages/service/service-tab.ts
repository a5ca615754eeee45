import type { ComponentType } from 'react';
import type { ServiceOverview } from '../../data/use-overview.ts';
import type { LineAddress } from '../../line-address.ts';
import type { DrawerTab, LogStream, MetricRange, ProjectSearch } from '../../route-search.ts';

/** The part of the address that is a tab's own: what is left out is not there afterwards. */
export interface TabSearch {
  /** Another tab; the same where it is left out. */
  tab?: DrawerTab | undefined;
  deployment?: string | undefined;
  line?: LineAddress | undefined;
  step?: string | undefined;
  range?: MetricRange | undefined;
  view?: string | undefined;
  instance?: string | undefined;
  process?: string | undefined;
  stream?: LogStream | undefined;
  text?: string | undefined;
  since?: string | undefined;
  until?: string | undefined;
  run?: string | undefined;
}

export interface ServiceTabProps {
  projectId: string;
  service: ServiceOverview;
  search: ProjectSearch;
  /** Whether the user may change anything here. */
  canChange: boolean;
  /** Leads to another view of this service: each has an address, so Back works and links can be shared. */
  onSearch: (search: TabSearch) => void;
}

/** One view of a service. Its folder beside this file has all of it; `service-tabs.ts` is where it is registered. */
export interface ServiceTab {
  id: DrawerTab;
  label: string;
  /** Loaded when it is first shown. It fills the drawer below the tabs, which scrolls. */
  component: ComponentType<ServiceTabProps>;
  /** Whether it is there at all; always where it is left out. */
  isFor?: (props: Pick<ServiceTabProps, 'service' | 'canChange'>) => boolean;
}
