import { posix } from 'node:path';
import { type Program, parseSync, Visitor } from 'oxc-parser';
import type { SourceTree } from './source-tree.ts';

/** An import, re-export or `import()`, of values or of types: either way the importer needs the other to be read. */
export interface Import {
  readonly specifier: string;
  /** The file meant, when it is one of the repository. */
  readonly target: string | undefined;
}

/** The modules of a tree, each parsed once. */
export interface ModuleGraph {
  /** All TypeScript and JavaScript modules, but for what is generated or an example for users. */
  readonly paths: readonly string[];
  imports(path: string): readonly Import[];
  program(path: string): Program;
}

interface ParsedModule {
  readonly program: Program;
  readonly specifiers: readonly string[];
}

const MODULE = /\.(?:[cm]?[jt]sx?)$/;

/** dependency-cruiser was tried first: it needs TypeScript below 7. oxc reads the 470 modules of today in 0.3 s. */
export function createModuleGraph(tree: SourceTree): ModuleGraph {
  const parsed = new Map<string, ParsedModule>();
  function parse(path: string): ParsedModule {
    const module = parsed.get(path) ?? parseModule(path, tree.read(path));
    parsed.set(path, module);
    return module;
  }
  const resolve = createResolver(tree);
  return {
    paths: tree.files.filter((path) => MODULE.test(path) && !path.startsWith('examples/') && !path.includes('.gen.')),
    imports: (path) => parse(path).specifiers.map((specifier) => ({ specifier, target: resolve(path, specifier) })),
    program: (path) => parse(path).program,
  };
}

/** Whether the file is a test or there for tests: those may reach anywhere. */
export function isTest(path: string): boolean {
  return /\.test\.[cm]?[jt]sx?$/.test(path) || /(?:^|\/)test\//.test(path) || path.endsWith('-test-bed.ts');
}

function parseModule(path: string, text: string): ParsedModule {
  const { program, module, errors } = parseSync(path, text);
  if (errors.length > 0) throw new Error(`${path} cannot be read: ${errors[0]?.message}`);
  const specifiers = new Set<string>();
  for (const statement of module.staticImports) specifiers.add(statement.moduleRequest.value);
  for (const statement of module.staticExports) {
    for (const entry of statement.entries) if (entry.moduleRequest !== null) specifiers.add(entry.moduleRequest.value);
  }
  new Visitor({
    ImportExpression(node) {
      if (node.source.type === 'Literal' && typeof node.source.value === 'string') specifiers.add(node.source.value);
    },
    TSImportType(node) {
      specifiers.add(node.source.value);
    },
  }).visit(program);
  return { program, specifiers: [...specifiers] };
}

/** Relative paths, and packages of the workspace by their `exports`. */
function createResolver(tree: SourceTree): (from: string, specifier: string) => string | undefined {
  const exported = new Map<string, string>();
  for (const path of tree.files) {
    if (!/^packages\/[^/]+\/package\.json$/.test(path)) continue;
    const manifest = JSON.parse(tree.read(path)) as { name: string; exports?: Record<string, string> };
    for (const [name, target] of Object.entries(manifest.exports ?? {})) {
      exported.set(posix.join(manifest.name, name), posix.join(posix.dirname(path), target));
    }
  }
  return (from, specifier) => {
    const target = specifier.startsWith('.') ? posix.join(posix.dirname(from), specifier) : exported.get(specifier);
    return target !== undefined && tree.has(target) ? target : undefined;
  };
}
