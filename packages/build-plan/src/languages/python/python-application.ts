import { joinInside, type SourceFolder } from '../../source-folder.ts';

/** A module of the service that makes an application object. */
export interface PythonApplication {
  /** Dotted, from `folder`. */
  module: string;
  /** Name of the variable, or a call such as `create_app()`. */
  object: string;
  /** Folder to import from, relative to the service: `.` or `src`. */
  folder: string;
}

const USUAL_FILES = ['main', 'app', 'api', 'server', 'wsgi', 'asgi', 'application', 'run', 'index'];
/** Enough for the modules near the top; an application object hidden deeper is named by a start command. */
const MAX_FILES = 200;

/** Finds where an object of a framework's class is made: files with usual names first, those near the top before others. */
export async function findApplication(source: SourceFolder, className: string): Promise<PythonApplication | undefined> {
  const assignment = new RegExp(`^([A-Za-z_]\\w*)\\s*(?::[^=\\n]+)?=\\s*(?:[\\w.]+\\.)?${className}\\(`, 'm');
  for (const file of await pythonFiles(source)) {
    const text = await source.readText(file);
    if (text === undefined) continue;
    const object = assignment.exec(text)?.[1] ?? factoryIn(text, className);
    if (object === undefined) continue;
    const application = moduleOf(file, object);
    if (application !== undefined) return application;
  }
  return undefined;
}

/** `def create_app():` without required parameters, as Flask's and Gunicorn's own conventions call it. */
function factoryIn(text: string, className: string): string | undefined {
  if (!new RegExp(`\\b${className}\\(`).test(text)) return undefined;
  const [, name, parameters = ''] = /^def\s+(create_app|make_app)\s*\(([^)]*)\)/m.exec(text) ?? [];
  const isCallable = parameters.split(',').every((parameter) => parameter.trim() === '' || /[=*]/.test(parameter));
  return name !== undefined && isCallable ? `${name}()` : undefined;
}

function moduleOf(file: string, object: string): PythonApplication | undefined {
  const folder = file.startsWith('src/') ? 'src' : '.';
  const path = folder === 'src' ? file.slice('src/'.length) : file;
  const module = path
    .replace(/\.py$/, '')
    .replace(/(?:^|\/)__init__$/, '')
    .replaceAll('/', '.');
  return /^[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*$/.test(module) ? { module, object, folder } : undefined;
}

async function pythonFiles(source: SourceFolder): Promise<string[]> {
  const isTest = (file: string) =>
    /(?:^|\/)(?:tests?|examples?|docs|migrations)\/|(?:^|\/)(?:test_[^/]*|conftest|setup)\.py$/.test(file);
  const rank = (file: string) => {
    const name = file.slice(file.lastIndexOf('/') + 1, -'.py'.length);
    const usual = USUAL_FILES.indexOf(name);
    return file.split('/').length * 100 + (usual === -1 ? USUAL_FILES.length : usual);
  };
  const files = (await source.find('**/*.py')).filter((file) => !isTest(file));
  return files.sort((a, b) => rank(a) - rank(b)).slice(0, MAX_FILES);
}

/** The module of a Django project's `wsgi.py` or `asgi.py`, dotted. */
export async function findDjangoModule(source: SourceFolder, kind: 'wsgi' | 'asgi'): Promise<string | undefined> {
  const file = (await source.find(`**/${kind}.py`)).sort((a, b) => a.split('/').length - b.split('/').length)[0];
  return file === undefined
    ? undefined
    : moduleOf(file.startsWith('src/') ? joinInside(file) : file, 'application')?.module;
}
