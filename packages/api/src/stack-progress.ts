import {
  type DiagnosticEvent,
  type DownloadEvent,
  nameOfUrn,
  parseStackEvent,
  type ResourceEvent,
  type SummaryEvent,
} from './stack-event.ts';

export interface StackDiagnostic extends Pick<DiagnosticEvent, 'severity' | 'message'> {
  /** Number of the line that tells it. */
  readonly line: number;
}

/** A resource as the last event left it; another object whenever that changes. */
export interface StackResource {
  readonly urn: string;
  readonly parent: string | null;
  readonly name: string;
  readonly type: string;
  /** create, update, delete, same, read, refresh, import, … */
  readonly operation: string;
  readonly state: ResourceEvent['state'];
  readonly startedAt: string;
  readonly durationMs: number | null;
  readonly diagnostics: readonly StackDiagnostic[];
  /** Number of the line of its last event. */
  readonly line: number;
}

/** A resource with its place in the tree. */
export interface StackTreeRow {
  readonly resource: StackResource;
  /** 0 for those without a parent. */
  readonly depth: number;
  readonly childCount: number;
  /** Its number among its siblings, from 1, and how many they are. */
  readonly position: number;
  readonly siblings: number;
}

/** As much of a line of output as progress is made of. */
export interface StackLine {
  readonly number: number;
  readonly step: string;
  readonly stream: string;
  readonly content: string;
}

export interface StackProgress {
  readonly resources: ReadonlyMap<string, StackResource>;
  /** What was said of no resource. */
  readonly diagnostics: readonly StackDiagnostic[];
  readonly downloads: ReadonlyMap<string, DownloadEvent>;
  readonly summary: SummaryEvent | undefined;
  /** The step of the run that told of all this: of a `preview`, it is what would be done. */
  readonly step: string | undefined;
  /** Takes the next line. @returns whether it changed anything */
  take(line: StackLine): boolean;
  /** Those of the tree that are shown: parents before their children, without those below a collapsed one. */
  rows(isCollapsed?: (urn: string) => boolean): StackTreeRow[];
}

/** Nobody makes such trees; a line of output may be made up. */
const DEEPEST = 100;
/** More of one resource are in the output only. */
const DIAGNOSTICS_KEPT = 50;
/** A cleanup goes on with what was under way; every other step begins anew, as an update after its preview. */
const CONTINUING_STEP = 'cleanup';

/** Makes a tree of resources out of the lines of a stack update, in whichever pieces they come. */
export function createStackProgress(): StackProgress {
  const resources = new Map<string, StackResource>();
  const downloads = new Map<string, DownloadEvent>();
  let diagnostics: StackDiagnostic[] = [];
  let summary: SummaryEvent | undefined;
  let currentStep: string | undefined;

  function enter(step: string): void {
    if (step === currentStep || (step === CONTINUING_STEP && currentStep !== undefined)) return;
    if (currentStep !== undefined) {
      resources.clear();
      diagnostics = [];
      summary = undefined;
    }
    currentStep = step;
  }

  function takeResource(event: ResourceEvent, line: number): void {
    const before = resources.get(event.urn);
    const { urn, resourceType: type, operation, state, durationMs } = event;
    const isNew = state === 'started' || before === undefined;
    resources.set(urn, {
      urn,
      parent: event.parent ?? before?.parent ?? null,
      name: nameOfUrn(urn),
      type,
      operation,
      state,
      durationMs,
      startedAt: isNew ? event.at : before.startedAt,
      // What was said of an attempt that failed is not true of the next one.
      diagnostics: before === undefined || (isNew && before.state === 'failed') ? [] : before.diagnostics,
      line,
    });
  }

  function takeDiagnostic({ urn, severity, message }: DiagnosticEvent, line: number): boolean {
    const said: StackDiagnostic = { severity, message, line };
    const resource = urn === null ? undefined : resources.get(urn);
    // What a program prints is its output, which is shown beside.
    if (severity === 'info' && (resource === undefined || resource.parent === null)) return false;
    if (resource === undefined) diagnostics = [...diagnostics, said].slice(-DIAGNOSTICS_KEPT);
    else {
      const kept = [...resource.diagnostics, said].slice(-DIAGNOSTICS_KEPT);
      resources.set(resource.urn, { ...resource, diagnostics: kept });
    }
    return true;
  }

  return {
    resources,
    downloads,
    get diagnostics() {
      return diagnostics;
    },
    get summary() {
      return summary;
    },
    get step() {
      return currentStep;
    },
    take({ number, step, stream, content }) {
      const event = stream === 'event' ? parseStackEvent(content) : undefined;
      if (event === undefined) return false;
      enter(step);
      if (event.type === 'diagnostic') return takeDiagnostic(event, number);
      if (event.type === 'resource') takeResource(event, number);
      else if (event.type === 'download') downloads.set(event.id, event);
      else summary = event;
      return true;
    },
    rows: (isCollapsed = () => false) => treeRows([...resources.values()], isCollapsed),
  };
}

function treeRows(resources: readonly StackResource[], isCollapsed: (urn: string) => boolean): StackTreeRow[] {
  const known = new Set(resources.map(({ urn }) => urn));
  const childrenOf = new Map<string | null, StackResource[]>();
  for (const resource of resources) {
    const parent = resource.parent !== null && known.has(resource.parent) ? resource.parent : null;
    const children = childrenOf.get(parent);
    if (children === undefined) childrenOf.set(parent, [resource]);
    else children.push(resource);
  }
  const rows: StackTreeRow[] = [];
  const seen = new Set<string>();
  function add(parent: string | null, depth: number): void {
    const siblings = childrenOf.get(parent) ?? [];
    for (const [index, resource] of siblings.entries()) {
      // Output is what a program had a hand in: parents that go round in a circle must not.
      if (seen.has(resource.urn)) continue;
      seen.add(resource.urn);
      const childCount = childrenOf.get(resource.urn)?.length ?? 0;
      rows.push({ resource, depth, childCount, position: index + 1, siblings: siblings.length });
      if (childCount > 0 && depth < DEEPEST && !isCollapsed(resource.urn)) add(resource.urn, depth + 1);
    }
  }
  add(null, 0);
  return rows;
}
