import { withPort } from '../../command-line.ts';
import { firstExisting, type Start, unknownStart, web } from '../../detection.ts';
import type { SourceFolder } from '../../source-folder.ts';
import { findApplication, findDjangoModule, type PythonApplication } from './python-application.ts';
import { VENV_PYTHON } from './virtual-environment.ts';

export interface PythonStart {
  framework: string | null;
  start: Start;
  /** Commands to run after the install. */
  build: string[][];
  environment: Record<string, string>;
  reasons: string[];
  warnings: string[];
}

/** How the service is started, by the framework among its dependencies, else by a file with a usual name. */
export async function findPythonStart(
  source: SourceFolder,
  dependencies: Set<string>,
  hasVenv: boolean,
): Promise<PythonStart> {
  const python = hasVenv ? VENV_PYTHON : 'python3';
  const isDjango =
    dependencies.has('django') || (await source.readText('manage.py'))?.includes('DJANGO_SETTINGS_MODULE');
  if ((await source.exists('manage.py')) && isDjango) return startDjango(source, dependencies, python);
  for (const [name, className] of [
    ['fastapi', 'FastAPI'],
    ['litestar', 'Litestar'],
    ['quart', 'Quart'],
    ['starlette', 'Starlette'],
  ] as const) {
    if (dependencies.has(name)) return startAsgi(source, dependencies, python, name, className);
  }
  if (dependencies.has('flask')) return startFlask(source, dependencies, python);
  if (dependencies.has('streamlit')) return startStreamlit(source, python);
  return startFile(source, python);
}

function found(
  framework: string | null,
  start: Start,
  reasons: string[],
  more: Partial<PythonStart> = {},
): PythonStart {
  return { framework, start, build: [], environment: {}, reasons, warnings: [], ...more };
}

async function startDjango(source: SourceFolder, dependencies: Set<string>, python: string): Promise<PythonStart> {
  const wsgi = await findDjangoModule(source, 'wsgi');
  const asgi = await findDjangoModule(source, 'asgi');
  const settings = (
    await Promise.all(
      (await source.find('**/settings{.py,/base.py,/production.py}')).slice(0, 20).map((file) => source.readText(file)),
    )
  ).join('\n');
  const build = /^\s*STATIC_ROOT\s*=/m.test(settings) ? [[python, 'manage.py', 'collectstatic', '--noinput']] : [];
  const reasons = [
    'manage.py says Django.',
    ...(build.length > 0 ? ['The settings have STATIC_ROOT: collectstatic runs in the build.'] : []),
    'Migrations do not run by themselves: set the release command to "python manage.py migrate".',
  ];
  if (dependencies.has('gunicorn') && wsgi !== undefined) {
    const argv = withPort([python, '-m', 'gunicorn', `${wsgi}:application`], '--bind 0.0.0.0:PORT');
    return found('django', web(argv, `gunicorn is a dependency; ${wsgi} holds the application.`), reasons, { build });
  }
  if (dependencies.has('uvicorn') && asgi !== undefined) {
    const argv = withPort([python, '-m', 'uvicorn', `${asgi}:application`, '--host', '0.0.0.0'], '--port PORT');
    return found('django', web(argv, `uvicorn is a dependency; ${asgi} holds the application.`), reasons, { build });
  }
  const argv = withPort([python, 'manage.py', 'runserver', '--noreload'], '0.0.0.0:PORT');
  const warnings = ["Neither gunicorn nor uvicorn is a dependency: Django's development server is used. Add gunicorn."];
  return found('django', web(argv, 'manage.py is there.'), reasons, { build, warnings });
}

async function startAsgi(
  source: SourceFolder,
  dependencies: Set<string>,
  python: string,
  framework: string,
  className: string,
): Promise<PythonStart> {
  const application = await findApplication(source, className);
  const reasons = [`The dependency ${framework} says ${className}.`];
  if (application === undefined) return found(framework, missingApplication(className), reasons);
  const server =
    ['uvicorn', 'hypercorn', 'granian'].find((name) => dependencies.has(name)) ?? serverOfExtra(dependencies);
  if (server === undefined) {
    const problem = unknownStart(
      `${className} is here, but no server for it is among the dependencies.`,
      'Add uvicorn to the dependencies.',
    );
    return found(framework, problem, reasons);
  }
  const target = `${application.module}:${application.object.replace('()', '')}`;
  const isFactory = application.object.endsWith('()');
  const argv = asgiCommand(server, python, target, isFactory);
  reasons.push(`${target} is the application; ${server} serves it.`);
  return found(framework, web(argv, `${server} serves ${target}.`), reasons, { environment: importFrom(application) });
}

/** `fastapi[standard]` and `quart` bring a server along without naming it. */
function serverOfExtra(dependencies: Set<string>): string | undefined {
  if (['fastapi[standard]', 'fastapi[all]', 'litestar[standard]', 'fastapi-cli'].some((name) => dependencies.has(name)))
    return 'uvicorn';
  return dependencies.has('quart') ? 'hypercorn' : undefined;
}

function asgiCommand(server: string, python: string, target: string, isFactory: boolean): string[] {
  const factory = isFactory ? ['--factory'] : [];
  if (server === 'uvicorn')
    return withPort([python, '-m', 'uvicorn', target, ...factory, '--host', '0.0.0.0'], '--port PORT');
  if (server === 'granian') {
    return withPort(
      [python, '-m', 'granian', target, ...factory, '--interface', 'asgi', '--host', '0.0.0.0'],
      '--port PORT',
    );
  }
  return withPort([python, '-m', 'hypercorn', isFactory ? `${target}()` : target], '--bind 0.0.0.0:PORT');
}

async function startFlask(source: SourceFolder, dependencies: Set<string>, python: string): Promise<PythonStart> {
  const application = await findApplication(source, 'Flask');
  const reasons = ['The dependency flask says Flask.'];
  if (application === undefined) return found('flask', missingApplication('Flask'), reasons);
  const target = `${application.module}:${application.object}`;
  const environment = importFrom(application);
  if (dependencies.has('gunicorn')) {
    const argv = withPort([python, '-m', 'gunicorn', target], '--bind 0.0.0.0:PORT');
    return found(
      'flask',
      web(argv, `gunicorn serves ${target}.`),
      [...reasons, `${target} is the application; gunicorn serves it.`],
      { environment },
    );
  }
  const argv = withPort([python, '-m', 'flask', '--app', target, 'run', '--host', '0.0.0.0'], '--port PORT');
  return found('flask', web(argv, `flask run serves ${target}.`), [...reasons, `${target} is the application.`], {
    environment,
    warnings: ["gunicorn is not a dependency: Flask's development server is used. Add gunicorn."],
  });
}

async function startStreamlit(source: SourceFolder, python: string): Promise<PythonStart> {
  const file = await firstExisting(source, ['app.py', 'streamlit_app.py', 'main.py', 'Home.py']);
  if (file === undefined) return found('streamlit', missingApplication('Streamlit'), []);
  const argv = withPort(
    [python, '-m', 'streamlit', 'run', file, '--server.headless', 'true', '--server.address', '0.0.0.0'],
    '--server.port PORT',
  );
  return found('streamlit', web(argv, `streamlit serves ${file}.`), ['The dependency streamlit says Streamlit.']);
}

async function startFile(source: SourceFolder, python: string): Promise<PythonStart> {
  const file = await firstExisting(source, [
    'main.py',
    'app.py',
    'server.py',
    'run.py',
    '__main__.py',
    'src/main.py',
    'src/app.py',
  ]);
  if (file !== undefined) {
    return found(null, web([python, file], `${file} is there.`), [
      `${file} is there: ${python} ${file} starts the service.`,
    ]);
  }
  const problem = unknownStart(
    'Nothing says which Python file is the server.',
    'Name it main.py, add a Procfile, or set the start command of the service.',
  );
  return found(null, problem, []);
}

function missingApplication(what: string): Start {
  return unknownStart(
    `${what} is a dependency, but no module makes its application where it was looked for.`,
    'Set the start command of the service, or make the application in main.py or app.py.',
  );
}

function importFrom(application: PythonApplication): Record<string, string> {
  return application.folder === '.' ? {} : { PYTHONPATH: application.folder };
}
