import { type ImportDeclaration, type Node, type Program, Visitor } from 'oxc-parser';
import { isProduct } from './dependency-rule.ts';
import { isTest, type ModuleGraph } from './module-graph.ts';

const TEST_FUNCTIONS = new Set(['it', 'test', 'describe', 'suite', 'bench']);
const TURNED_OFF = new Set(['only', 'skip', 'todo', 'fails']);
const MODULE_MOCKS = new Set(['mock', 'doMock', 'hoisted', 'importMock']);
const STARTERS = new Set(['spawn', 'spawnSync', 'execFile', 'execFileSync', 'fork']);

/**
 * No test is turned off or left alone, none swaps a module for another. `skipIf` and `runIf` are allowed: with CI=true a
 * test that did not run fails the whole run (scripts/test).
 */
export function testRules(graph: ModuleGraph): readonly string[] {
  return graph.paths.filter(isTest).flatMap((path) => {
    const faults: string[] = [];
    new Visitor({
      MemberExpression(node) {
        const property = propertyName(node);
        const object = rootName(node.object);
        if (object === undefined || property === undefined) return;
        if (object === 'vi' && MODULE_MOCKS.has(property)) faults.push(`${path}: vi.${property}: use the real module`);
        if (TEST_FUNCTIONS.has(object) && TURNED_OFF.has(property)) faults.push(`${path}: .${property} in a test`);
      },
    }).visit(graph.program(path));
    return faults;
  });
}

/** Programs of their own: a user's site is told its port as any instance is, a stack update its secrets. */
const INSTANCES = new Set([
  'packages/server/src/adapters/builder/plan/serve-static.mjs',
  'packages/server/src/adapters/iac/pulumi/worker/worker.ts',
]);

/** The agent hands its own on when it starts itself anew; the command line and the Pulumi provider have settings there. */
const PROGRAMS_WITH_ONE_READER = ['agent', 'cli', 'pulumi-provider'];

/** Programs are started with an argument list: what a shell reads as syntax, a stranger may have written. */
export function noShell(graph: ModuleGraph): readonly string[] {
  return graph.paths.flatMap((path) => {
    const faults: string[] = [];
    new Visitor({
      ImportDeclaration(node) {
        if (!/^(?:node:)?child_process$/.test(node.source.value)) return;
        for (const name of importedNames(node)) {
          if (name === 'exec' || name === 'execSync') faults.push(`${path}: ${name} takes a shell string`);
        }
      },
      MemberExpression(node) {
        const property = propertyName(node);
        if (property !== 'exec' && property !== 'execSync') return;
        const object = rootName(node.object) ?? '';
        if (/^(?:child_?process|cp)$/i.test(object)) faults.push(`${path}: ${property} takes a shell string`);
      },
      CallExpression(node) {
        const name = node.callee.type === 'Identifier' ? node.callee.name : propertyName(node.callee);
        const hasShell = node.arguments.some((argument) => givesShell(argument, STARTERS.has(name ?? '')));
        if (hasShell) faults.push(`${path}: a program is started through a shell`);
      },
    }).visit(graph.program(path));
    return faults;
  });
}

/** The environment of the process is read in one place of each program; elsewhere it is handed in. */
export function environmentReaders(graph: ModuleGraph): readonly string[] {
  const judged = graph.paths.filter((path) => isProduct(path) && !INSTANCES.has(path));
  const readers = judged.filter((path) => readsEnvironment(graph.program(path)));
  const ofPackage = (name: string) => readers.filter((path) => path.startsWith(`packages/${name}/`));
  const known = ['server', ...PROGRAMS_WITH_ONE_READER].flatMap(ofPackage);
  return [
    ...readers
      .filter((path) => !known.includes(path))
      .map((path) => `${path} reads the environment: no program does there`),
    ...ofPackage('server')
      .filter((path) => !path.startsWith('packages/server/src/config/'))
      .map((path) => `${path} reads the environment: only packages/server/src/config does`),
    ...PROGRAMS_WITH_ONE_READER.flatMap((name) => {
      const [first, ...more] = ofPackage(name);
      return more.map((path) => `${path} reads the environment: in packages/${name} ${first} does already`);
    }),
  ];
}

function readsEnvironment(program: Program): boolean {
  let found = false;
  new Visitor({
    MemberExpression(node) {
      found ||= rootName(node.object) === 'process' && propertyName(node) === 'env';
    },
    VariableDeclarator(node) {
      if (node.init?.type !== 'Identifier' || node.init.name !== 'process' || node.id.type !== 'ObjectPattern') return;
      found ||= node.id.properties.some(
        (property) =>
          property.type === 'RestElement' || (property.key.type === 'Identifier' && property.key.name === 'env'),
      );
    },
    ImportDeclaration(node) {
      found ||= /^(?:node:)?process$/.test(node.source.value) && importedNames(node).includes('env');
    },
  }).visit(program);
  return found;
}

function givesShell(argument: Node, startsProgram: boolean): boolean {
  if (argument.type !== 'ObjectExpression') return false;
  return argument.properties.some((property) => {
    if (property.type !== 'Property' || property.key.type !== 'Identifier' || property.key.name !== 'shell')
      return false;
    if (property.value.type !== 'Literal') return startsProgram;
    return property.value.value === true || (startsProgram && property.value.value !== false);
  });
}

function importedNames(node: ImportDeclaration): readonly string[] {
  return node.specifiers.flatMap((named) => {
    if (named.type !== 'ImportSpecifier') return [];
    return [named.imported.type === 'Identifier' ? named.imported.name : named.imported.value];
  });
}

/** `b` of `a.b` and `a['b']`. */
function propertyName(node: Node): string | undefined {
  if (node.type !== 'MemberExpression') return undefined;
  if (node.property.type === 'Literal') return String(node.property.value);
  return node.property.type === 'Identifier' && !node.computed ? node.property.name : undefined;
}

/** `a` of `a.b.c` and of `a.each(x).b`. */
function rootName(node: Node): string | undefined {
  if (node.type === 'Identifier') return node.name;
  if (node.type === 'MemberExpression') return rootName(node.object);
  return node.type === 'CallExpression' ? rootName(node.callee) : undefined;
}
