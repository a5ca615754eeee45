import { type ReactNode, Suspense } from 'react';
import { Drawer, type DrawerProps } from './drawer.tsx';
import { Skeleton } from './skeleton.tsx';
import { Tab, TabList, TabPanel, Tabs } from './tabs.tsx';

/** One view of what a drawer is about. */
export interface DrawerTab<Id extends string> {
  readonly id: Id;
  readonly label: string;
}

export interface TabbedDrawerProps<Id extends string>
  extends Pick<DrawerProps, 'title' | 'subtitle' | 'actions' | 'onClose'> {
  /** What the views are of, to be read out: "Views of the service". */
  label: string;
  tabs: readonly DrawerTab<Id>[];
  /** The view that is shown; `children` are what is in it. */
  current: Id | undefined;
  /** Another view is asked for, or the beginning of the one that is shown. */
  onTab: (id: Id | undefined) => void;
  /** Above the tabs: how it is with what the drawer is about. */
  state: ReactNode;
  /** Below what is shown. */
  footer?: ReactNode;
  children: ReactNode;
}

/** A drawer about one thing, with its views in tabs. */
export function TabbedDrawer<Id extends string>(props: TabbedDrawerProps<Id>) {
  const { label, tabs, current, onTab, state, footer, children, ...drawer } = props;
  return (
    <Drawer open {...drawer}>
      {state}
      <Tabs
        value={current ?? ''}
        onValueChange={(tab) => onTab(tabs.find(({ id }) => id === tab)?.id)}
        className="min-h-0 flex-1"
      >
        <TabList aria-label={label} className="px-3 md:px-4">
          {tabs.map((tab) => (
            // The tab that is shown leads to its beginning: from one deployment or update to all of them.
            <Tab key={tab.id} value={tab.id} onClick={() => (tab.id === current ? onTab(tab.id) : undefined)}>
              {tab.label}
            </Tab>
          ))}
        </TabList>
        {current === undefined ? null : (
          <TabPanel value={current} className="flex flex-col overflow-y-auto">
            <Suspense fallback={<Skeleton className="m-5 h-40" />}>{children}</Suspense>
          </TabPanel>
        )}
      </Tabs>
      {footer}
    </Drawer>
  );
}
