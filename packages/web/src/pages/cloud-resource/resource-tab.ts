import type { ComponentType } from 'react';
import type { CloudResourceOverview } from '../../data/use-overview.ts';
import type { DrawerTab, ResourcesSearch } from '../../route-search.ts';

/** The part of the address that is a tab's own: what is left out is not there afterwards. */
export interface ResourceSearch {
  /** Another tab; the same where it is left out. */
  tab?: DrawerTab | undefined;
  update?: string | undefined;
}

export interface ResourceTabProps {
  resource: CloudResourceOverview;
  search: ResourcesSearch;
  /** Whether the user may change anything here. */
  canChange: boolean;
  /** Leads to another view of this resource: each has an address, so Back works and links can be shared. */
  onSearch: (search: ResourceSearch) => void;
  /** The resource is forgotten or on its way out. */
  onGone: () => void;
}

/** One view of a cloud resource. Its folder beside this file has all of it; `resource-tabs.ts` is where it is registered. */
export interface ResourceTab {
  id: DrawerTab;
  label: string;
  /** Loaded when it is first shown. It fills the drawer below the tabs, which scrolls. */
  component: ComponentType<ResourceTabProps>;
}
