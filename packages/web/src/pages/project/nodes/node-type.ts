import type { NodeProps } from '@xyflow/react';
import type { ComponentType, ReactNode } from 'react';
import type { Overview } from '../../../data/use-overview.ts';
import type { ProjectSearch } from '../../../route-search.ts';
import type { Command } from '../../command-palette/index.ts';

/** One thing on the canvas. */
export interface CanvasItem<Data extends object = object> {
  /** As the API has it: `svc_…`. */
  readonly id: string;
  readonly name: string;
  /** Kind, name and state in words, for who does not see the node. */
  readonly label: string;
  /** What its component shows. The same object means that nothing of it has changed, and nothing is drawn anew. */
  readonly data: Data;
}

/** Asked before something is destroyed: the name has to be typed. */
export interface NodeConfirmation {
  readonly title: string;
  /** One sentence a loss. */
  readonly losses: readonly string[];
  readonly confirmLabel: string;
}

/** What can be done to a node: in its menu, and in the command palette. */
export interface NodeAction {
  /** Unique for the node. `delete` is what the Delete key does. */
  readonly id: string;
  readonly label: string;
  readonly icon: ReactNode;
  readonly tone?: 'danger';
  /** The key that does the same on the canvas. */
  readonly shortcut?: string;
  readonly isDisabled?: boolean;
  readonly confirm?: NodeConfirmation;
  /** What it gives is waited for where it was confirmed; a failure is told there, or else by the data layer. */
  readonly run: () => unknown;
}

/** Where a node's actions take place. */
export interface NodeContext {
  readonly projectId: string;
  /** Whether the user may change anything here. */
  readonly canChange: boolean;
  /** Leads to another view of this page. */
  readonly go: (search: ProjectSearch) => void;
}

/** The actions of an item of its kind; a method's type, so that a kind's own data fits where any is meant. */
export type NodeActions<Data extends object = object> = { of(item: CanvasItem<Data>): readonly NodeAction[] }['of'];

export interface NodeDrawerProps<Data extends object = object> extends NodeContext {
  readonly item: CanvasItem<Data>;
  /** What the address says of the drawer. */
  readonly search: ProjectSearch;
}

/** One kind of thing on the canvas. Its folder has all of it; `nodes/index.ts` is where it is registered. */
export interface NodeType<Data extends object = object> {
  /** Its group in the command palette. */
  readonly group: Command['group'];
  readonly component: ComponentType<NodeProps>;
  /** Canvas units; the automatic layout needs them before anything is drawn. */
  readonly width: number;
  readonly height: number;
  /** The nodes of this kind in an environment. */
  list(overview: Overview): readonly CanvasItem<Data>[];
  /** A hook. */
  useActions(context: NodeContext): NodeActions<Data>;
  /** The id of the node whose drawer the address opens. */
  idIn(search: ProjectSearch): string | undefined;
  /** The address that opens a node's drawer. */
  addressOf(id: string): ProjectSearch;
  /** What is seen and done of one node. */
  drawer(this: void, props: NodeDrawerProps<Data>): ReactNode;
}
