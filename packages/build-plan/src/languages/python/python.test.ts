import { describe, expect, test } from 'vitest';
import { type PlanInWords, planOf, problemOf } from '../../../test/support/plan-of.ts';
import type { Tree } from '../../../test/support/source-tree.ts';

const FLASK = 'from flask import Flask\n\napp = Flask(__name__)\n';
const FASTAPI = 'from fastapi import FastAPI\n\napi: FastAPI = FastAPI(title="x")\n';
const pyproject = (dependencies: string[], more = '') =>
  `[project]\nname = "service"\nversion = "1.0"\nrequires-python = ">=3.11"\ndependencies = ${JSON.stringify(dependencies)}\n${more}`;
const PIP = '.venv/bin/python -m pip install --disable-pip-version-check --no-input';
const GUNICORN = 'sh(exec "$@" --bind "0.0.0.0:$PORT") .venv/bin/python -m gunicorn';

const cases: [string, Tree, Partial<PlanInWords>][] = [
  [
    'a file without dependencies needs no environment',
    { 'main.py': '' },
    { needs: ['python >=3.9 < default'], install: [], start: { web: 'python3 main.py' }, cached: [] },
  ],
  [
    'pip',
    { 'requirements.txt': 'flask\ngunicorn\n', 'app.py': FLASK },
    {
      framework: 'flask',
      install: ['python3 -m venv --clear .venv', `${PIP} -r requirements.txt`],
      start: { web: `${GUNICORN} app:app` },
      cached: ['exact .venv'],
    },
  ],
  [
    'Flask without gunicorn',
    { 'requirements.txt': 'Flask==3.1.2', 'app.py': FLASK },
    { start: { web: 'sh(exec "$@" --port "$PORT") .venv/bin/python -m flask --app app:app run --host 0.0.0.0' } },
  ],
  [
    'Flask with a factory in a package',
    {
      'requirements.txt': 'flask\ngunicorn',
      'shop/__init__.py': 'from flask import Flask\ndef create_app(config=None):\n    return Flask(__name__)\n',
    },
    { start: { web: `${GUNICORN} shop:create_app()` } },
  ],
  [
    'FastAPI with uv',
    { 'pyproject.toml': pyproject(['fastapi>=0.1', 'uvicorn[standard]']), 'uv.lock': '', 'app/main.py': FASTAPI },
    {
      framework: 'fastapi',
      needs: ['python >=3.11 < pyproject.toml requires-python', 'uv * < default'],
      install: ['uv sync --frozen --no-dev --no-editable --no-install-project'],
      build: [],
      start: { web: 'sh(exec "$@" --port "$PORT") .venv/bin/python -m uvicorn app.main:api --host 0.0.0.0' },
      cached: ['exact .venv'],
    },
  ],
  [
    'FastAPI that brings its server as an extra',
    { 'requirements.txt': 'fastapi[standard]', 'main.py': FASTAPI },
    { start: { web: 'sh(exec "$@" --port "$PORT") .venv/bin/python -m uvicorn main:api --host 0.0.0.0' } },
  ],
  [
    'a project of uv that is a package is installed after its dependencies',
    {
      'pyproject.toml': pyproject(['fastapi', 'uvicorn'], '[build-system]\nrequires = ["hatchling"]\n'),
      'uv.lock': '',
      'src/service/main.py': FASTAPI,
    },
    {
      build: ['uv sync --frozen --no-dev --no-editable --reinstall-package service'],
      start: { web: 'sh(exec "$@" --port "$PORT") .venv/bin/python -m uvicorn service.main:api --host 0.0.0.0' },
    },
  ],
  [
    'Poetry',
    {
      'pyproject.toml':
        '[tool.poetry]\nname = "a"\n[tool.poetry.dependencies]\npython = "^3.10"\nflask = "^3.0"\ngunicorn = "*"\n',
      'poetry.lock': '',
      'wsgi.py': FLASK,
    },
    {
      needs: ['python ^3.10 < pyproject.toml tool.poetry', 'poetry * < default'],
      install: ['python3 -m venv .venv', 'poetry install --only main --no-root --no-interaction'],
      start: { web: `${GUNICORN} wsgi:app` },
    },
  ],
  [
    'Pipenv',
    {
      Pipfile: '[packages]\nflask = "*"\ngunicorn = "*"\n[requires]\npython_version = "3.12"\n',
      'Pipfile.lock': '{}',
      'app.py': FLASK,
    },
    { needs: ['python 3.12.x < Pipfile', 'pipenv * < default'], install: ['pipenv sync'], cached: ['exact .venv'] },
  ],
  [
    'PDM',
    { 'pyproject.toml': pyproject(['flask', 'gunicorn'], '[tool.pdm]\n'), 'pdm.lock': '', 'app.py': FLASK },
    {
      install: ['python3 -m venv .venv', 'pdm sync --prod --no-self --no-editable'],
      needs: ['python >=3.11 < pyproject.toml requires-python', 'pdm * < default'],
    },
  ],
  [
    'a pyproject.toml without a lockfile is installed by pip',
    { 'pyproject.toml': pyproject(['flask']), 'app.py': FLASK },
    { install: ['python3 -m venv --clear .venv', `${PIP} .`] },
  ],
  [
    'Django with gunicorn collects its static files',
    {
      'requirements.txt': 'Django==5.2\ngunicorn',
      'manage.py': "os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'shop.settings')",
      'shop/settings.py': "STATIC_ROOT = BASE_DIR / 'static'\n",
      'shop/wsgi.py': '',
    },
    {
      framework: 'django',
      build: ['.venv/bin/python manage.py collectstatic --noinput'],
      start: { web: `${GUNICORN} shop.wsgi:application` },
    },
  ],
  [
    'Django without a server of its own',
    { 'requirements.txt': 'django', 'manage.py': '', 'shop/settings.py': '' },
    { build: [], start: { web: 'sh(exec "$@" "0.0.0.0:$PORT") .venv/bin/python manage.py runserver --noreload' } },
  ],
  [
    'Django by asgi',
    { 'requirements.txt': 'django\nuvicorn', 'manage.py': '', 'shop/asgi.py': '' },
    { start: { web: 'sh(exec "$@" --port "$PORT") .venv/bin/python -m uvicorn shop.asgi:application --host 0.0.0.0' } },
  ],
  [
    'Streamlit',
    { 'requirements.txt': 'streamlit', 'app.py': '' },
    {
      framework: 'streamlit',
      start: {
        web: 'sh(exec "$@" --server.port "$PORT") .venv/bin/python -m streamlit run app.py --server.headless true --server.address 0.0.0.0',
      },
    },
  ],
  [
    'a plain program with dependencies',
    { 'requirements.txt': 'requests', 'main.py': '' },
    { start: { web: '.venv/bin/python main.py' } },
  ],
  [
    'assets in a package.json are built with it, before the static files are collected',
    {
      'requirements.txt': 'django\ngunicorn',
      'manage.py': '',
      'shop/settings.py': "STATIC_ROOT = 'x'",
      'shop/wsgi.py': '',
      'package.json': { devDependencies: { tailwindcss: '4' }, scripts: { build: 'tailwindcss' } },
      'package-lock.json': '{}',
    },
    {
      language: 'python',
      install: [
        'python3 -m venv --clear .venv',
        `${PIP} -r requirements.txt`,
        'npm ci --include=dev --no-audit --no-fund',
      ],
      build: ['npm run build', '.venv/bin/python manage.py collectstatic --noinput'],
    },
  ],
];

describe('Python', () => {
  test.each(cases)('%s', async (_name, tree, expected) => {
    expect(await planOf(tree)).toMatchObject({ language: 'python', ...expected });
  });

  test('all files that requirements include decide whether the environment is reused', async () => {
    const { plan } = await planOf({
      'requirements.txt': '-r requirements/base.txt\n-c limits.txt  # pinned\n-e ./lib\nrequests\n',
      'requirements/base.txt': '--requirement more.txt\nflask\n',
      'requirements/more.txt': '-r base.txt\ngunicorn\n',
      'limits.txt': '',
      'lib/setup.py': '',
      'app.py': FLASK,
    });
    expect(plan.framework).toBe('flask');
    expect(plan.steps[0]?.cacheInputs).toEqual([
      'requirements.txt',
      'requirements/base.txt',
      'requirements/more.txt',
      'limits.txt',
      'lib',
    ]);
  });

  test('an environment is made movable, so that one build can use what another installed', async () => {
    const { plan } = await planOf({ 'requirements.txt': 'flask', 'app.py': FLASK });
    const [interpreter, option, program] = plan.steps[0]?.commands.at(-1) ?? [];
    expect([interpreter, option]).toEqual(['.venv/bin/python', '-c']);
    expect(program).toContain('dirname');
    expect(plan.pathFolders).toEqual(['.venv/bin']);
  });

  test('uv uses the Python that was checked and fetches none', async () => {
    const { plan } = await planOf({ 'pyproject.toml': pyproject(['flask']), 'uv.lock': '', 'app.py': FLASK });
    expect(plan.steps[0]?.environment).toMatchObject({ UV_PYTHON_DOWNLOADS: 'never', UV_PYTHON: 'python3' });
  });

  test('modules below src are found by Python too', async () => {
    const { plan } = await planOf({ 'requirements.txt': 'fastapi\nuvicorn', 'src/main.py': FASTAPI });
    expect(plan.environment['PYTHONPATH']).toBe('src');
  });

  test('what is missing is said', async () => {
    expect(await problemOf({ 'requirements.txt': 'fastapi', 'main.py': FASTAPI })).toMatchObject({
      code: 'PLAN_NO_START',
      hint: expect.stringContaining('uvicorn'),
    });
    expect(await problemOf({ 'requirements.txt': 'flask', 'lib.py': '' })).toMatchObject({ code: 'PLAN_NO_START' });
    expect((await planOf({ 'requirements.txt': 'flask', 'app.py': FLASK })).plan.warnings[0]).toContain('gunicorn');
  });

  test('a pyproject.toml that only sets up tools does not make a Node project a Python one', async () => {
    const tree = { 'pyproject.toml': '[tool.ruff]\n', 'package.json': { scripts: { start: 'node a.js' } } };
    expect((await planOf(tree)).language).toBe('node');
  });

  test('a module with an odd name is never taken for one', async () => {
    const tree = { 'requirements.txt': 'flask', 'a;id.py': FLASK, 'z.py': FLASK };
    expect((await planOf(tree)).start['web']).toContain('--app z:app');
  });
});

describe('the wanted version of Python', () => {
  const versions: [string, Tree, string][] = [
    [
      '.python-version asks for the minor version and at least the patch',
      { '.python-version': '3.12.4\n' },
      'python ~3.12.4 < .python-version',
    ],
    ['.python-version, a minor version', { '.python-version': '3.13' }, 'python 3.13.x < .python-version'],
    ['runtime.txt', { 'runtime.txt': 'python-3.11.9' }, 'python ~3.11.9 < runtime.txt'],
    ['.tool-versions', { '.tool-versions': 'python 3.12.1' }, 'python ~3.12.1 < .tool-versions'],
    [
      'requires-python with limits',
      { 'pyproject.toml': '[project]\nname = "a"\nrequires-python = ">=3.10, <3.14, !=3.12.1"' },
      'python >=3.10 <3.14 < pyproject.toml requires-python',
    ],
    [
      'requires-python, compatible',
      { 'pyproject.toml': '[project]\nname = "a"\nrequires-python = "~=3.11"' },
      'python ^3.11 < pyproject.toml requires-python',
    ],
    [
      'requires-python, one line',
      { 'pyproject.toml': '[project]\nname = "a"\nrequires-python = "==3.12.*"' },
      'python 3.12.x < pyproject.toml requires-python',
    ],
    [
      '.python-version before pyproject.toml',
      { '.python-version': '3.12', 'pyproject.toml': '[project]\nname = "a"\nrequires-python = ">=3.10"' },
      'python 3.12.x < .python-version',
    ],
  ];
  test.each(versions)('%s', async (_name, tree, expected) => {
    expect((await planOf({ 'main.py': '', ...tree })).needs[0]).toBe(expected);
  });

  test('a version that is none is an error that names the file', async () => {
    expect(await problemOf({ 'main.py': '', '.python-version': 'new' })).toMatchObject({
      code: 'PLAN_INVALID_FILE',
      path: '.python-version',
    });
    const tree = { 'main.py': '', 'pyproject.toml': '[project]\nname = "a"\nrequires-python = "new"' };
    expect(await problemOf(tree)).toMatchObject({ code: 'PLAN_INVALID_FILE', path: 'pyproject.toml' });
  });
});
