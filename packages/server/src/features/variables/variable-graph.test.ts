import { describe, expect, test } from 'vitest';
import { compareDigests, compareSets } from './variable-changes.ts';
import {
  createResolver,
  digestsOf,
  findFault,
  type GraphService,
  type GraphVariable,
  idsBehind,
  linksOf,
  ReferenceFault,
  resourceLinksOf,
  type VariableGraph,
  valueFold,
} from './variable-graph.ts';
import { referencesOf } from './variable-references.ts';

type Texts = Record<string, string>;

/** An environment as its values are written. */
function environment(shared: Texts, services: Record<string, Texts>, resources: Record<string, Texts> = {}) {
  const texts = new Map<string, string>();
  const variablesOf = (owner: string, values: Texts) =>
    new Map(
      Object.entries(values).map(([name, value]): [string, GraphVariable] => {
        const id = `${owner}/${name}`;
        texts.set(id, value);
        return [name, { id, digest: `digest of ${value}`, references: referencesOf(value) }];
      }),
    );
  const members = Object.entries(services).map(([name, values]): [string, GraphService] => [
    name,
    {
      id: `svc_${name}`,
      name,
      own: variablesOf(name, values),
      davit: new Map([['DAVIT_PUBLIC_URL', `http://${name}`]]),
    },
  ]);
  const outputs = Object.entries(resources).map(
    ([name, values]) => [name, variablesOf(`res_${name}`, values)] as const,
  );
  const graph: VariableGraph = {
    shared: variablesOf('shared', shared),
    services: new Map(members),
    resources: new Map(outputs),
  };
  const service = (name: string) => graph.services.get(name) as GraphService;
  const valueOf = (name: string, of: string | null = 'web') =>
    createResolver(graph, valueFold(texts))({ service: of, name });
  return { graph, service, valueOf, digests: () => digestsOf(graph, service('web')) };
}

const faultOf = (shared: Texts, services: Record<string, Texts>, name = 'A') =>
  findFault(environment(shared, services).graph, { service: 'web', name });

describe('an output of a cloud resource', () => {
  const web = {
    A: 'https://${{resources.my-bucket.domainName}}/',
    B: '${{resources.my-bucket.nothing}}',
    C: '${{resources.gone.x}}',
  };
  const made = (domainName: string) => environment({ nothing: 'shared' }, { web }, { 'my-bucket': { domainName } });

  test('is put in like a variable, and changes the digest of what refers to it', () => {
    expect(made('s3.example.org').valueOf('A')).toBe('https://s3.example.org/');
    expect(made('a').digests()['A']).not.toBe(made('b').digests()['A']);
  });

  test('that is not there is told by name, also where a shared variable has it', () => {
    const { graph } = made('x');
    expect(findFault(graph, { service: 'web', name: 'B' })).toBe(
      'B of web refers to ${{resources.my-bucket.nothing}}, but the cloud resource my-bucket has no output nothing.',
    );
    expect(findFault(graph, { service: 'web', name: 'C' })).toContain(
      'there is no cloud resource "gone" that is deployed',
    );
  });

  test('makes no line between services', () => {
    const { graph, service } = made('x');
    expect(linksOf(graph, service('web')).size).toBe(0);
  });

  test('makes a line to the resource, also by way of a shared variable and before it is deployed', () => {
    const { graph, service } = environment(
      { BUCKET: '${{resources.my-bucket.name}}' },
      { web: { A: '${{shared.BUCKET}}', B: '${{resources.later.x}}', C: 'nothing' } },
    );
    expect([...resourceLinksOf(graph, service('web'))]).toEqual([
      ['my-bucket', ['A']],
      ['later', ['B']],
    ]);
  });
});

describe('a value', () => {
  test('has put in what it refers to: own, shared and davit’s, through others too', () => {
    const { valueOf } = environment(
      { REGION: 'eu', HOST: '${{shared.REGION}}.example.org' },
      {
        web: { A: '${{api.URL}}?r=${{shared.REGION}}&$${{x}}' },
        api: { URL: '${{api.DAVIT_PUBLIC_URL}}/${{shared.HOST}}' },
      },
    );
    expect(valueOf('A')).toBe('http://api/eu.example.org?r=eu&${{x}}');
  });

  test('that is put in is not searched for references again', () => {
    const { valueOf } = environment({ RAW: '$${{api.URL}}' }, { web: { A: '${{shared.RAW}}' } });
    expect(valueOf('A')).toBe('${{api.URL}}');
  });

  test('of davit goes before that of a service, and that before a shared one', () => {
    const { valueOf } = environment({ A: 'shared', B: 'shared' }, { web: { A: 'own', DAVIT_PUBLIC_URL: 'own' } });
    expect([valueOf('A'), valueOf('B'), valueOf('DAVIT_PUBLIC_URL')]).toEqual(['own', 'shared', 'http://web']);
  });

  test('is at most 64 KiB with its references put in, also when each doubles the one before', () => {
    const doubled = Array.from({ length: 40 }, (_, index) => [
      `V${index + 1}`,
      `\${{web.V${index}}}\${{web.V${index}}}`.replaceAll('\\', ''),
    ]);
    const { valueOf } = environment({}, { web: { V0: 'x'.repeat(64), ...Object.fromEntries(doubled) } });
    expect(valueOf('V10')).toHaveLength(65_536);
    expect(() => valueOf('V40')).toThrow('longer than 64 KiB');
  });
});

describe('what is wrong is said in one sentence that names the variable', () => {
  test.each([
    ['${{apu.URL}}', 'A of web refers to ${{apu.URL}}, but this environment has no service "apu".'],
    ['${{api.UR}}', 'A of web refers to ${{api.UR}}, but api has no variable UR.'],
    ['${{shared.X}}', 'A of web refers to ${{shared.X}}, but there is no shared variable X.'],
    ['${{api.PORT}}', 'A of web refers to ${{api.PORT}}, but PORT is given to each deployment or instance anew.'],
    ['${{api.DAVIT_PUBLIC_DOMAIN}}', 'A of web refers to ${{api.DAVIT_PUBLIC_DOMAIN}}, but api has no public address.'],
    ['${{web.A}}', 'A of web refers to itself: A of web → A of web.'],
    ['${{api.BACK}}', 'A of web refers to itself: A of web → BACK of api → A of web.'],
    ['${{shared.LOST}}', 'The shared variable LOST refers to ${{gone.X}}, but this environment has no service "gone".'],
  ])('%s', (value, sentence) => {
    expect(faultOf({ LOST: '${{gone.X}}' }, { web: { A: value }, api: { BACK: '${{web.A}}' } })).toBe(sentence);
  });

  test('a chain has at most fifty links, whichever end is looked at first', () => {
    const chain = Object.fromEntries(
      Array.from({ length: 200 }, (_, index) => [
        `V${index}`,
        index === 0 ? 'end' : ['${{web.V', index - 1, '}}'].join(''),
      ]),
    );
    const { valueOf } = environment({}, { web: chain });
    expect(valueOf('V49')).toBe('end');
    expect(() => valueOf('V50')).toThrow(ReferenceFault);
    expect(faultOf({}, { web: chain }, 'V199')).toContain('more than 50');
  });
});

describe('digests', () => {
  const before = () => environment({ R: '1' }, { web: { A: '${{api.URL}}', B: 'b' }, api: { URL: '${{shared.R}}' } });

  test('stay the same while nothing changes', () => {
    expect(compareDigests(before().digests(), before().digests())).toEqual([]);
  });

  test('change with what is referred to, however far away', () => {
    const after = environment({ R: '2' }, { web: { A: '${{api.URL}}', B: 'b' }, api: { URL: '${{shared.R}}' } });
    expect(compareDigests(before().digests(), after.digests())).toEqual([
      { name: 'A', change: 'updated' },
      { name: 'R', change: 'updated' },
    ]);
  });

  test('differ where a reference leads nowhere any more, as after a rename', () => {
    const after = environment({ R: '1' }, { web: { A: '${{api.URL}}', B: 'b' }, renamed: { URL: '${{shared.R}}' } });
    expect(compareDigests(before().digests(), after.digests())).toEqual([{ name: 'A', change: 'updated' }]);
  });

  test('tell what came and what went', () => {
    const after = environment({}, { web: { B: 'b', C: 'c' } });
    expect(compareDigests({ A: 'x', ...after.digests() }, after.digests())).toEqual([{ name: 'A', change: 'deleted' }]);
    expect(compareDigests({ B: 'digest of b' }, after.digests())).toEqual([{ name: 'C', change: 'created' }]);
  });
});

test('two sets are put side by side', () => {
  expect(compareSets({ A: '1', B: '1', C: '1' }, { B: '1', C: '2', D: '1' })).toEqual([
    { name: 'A', state: 'only-here' },
    { name: 'B', state: 'same' },
    { name: 'C', state: 'different' },
    { name: 'D', state: 'only-there' },
  ]);
});

test('links go to services, also by way of shared variables, and never to oneself', () => {
  const { graph, service } = environment(
    { API: '${{api.URL}}' },
    { web: { A: '${{shared.API}}', B: '${{web.C}}${{api.X}}', C: '${{gone.Y}}' }, api: { URL: 'x' } },
  );
  expect([...linksOf(graph, service('web'))]).toEqual([['svc_api', ['A', 'B']]]);
  expect([...linksOf(graph, service('api'))]).toEqual([]);
});

test('only what a service is made of is opened for it', () => {
  const { graph, service } = environment({ S: '1' }, { web: { A: '${{api.URL}}' }, api: { URL: 'x', OTHER: 'y' } });
  expect([...idsBehind(graph, service('web'))].sort()).toEqual(['api/URL', 'shared/S', 'web/A']);
});
