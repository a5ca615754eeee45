import { expect } from 'vitest';
import { deployFiles } from './deploy-files.ts';
import type { FaultDrill } from './fault-drill.ts';
import { openTerminalClient, refusalOf } from './terminal-client.ts';
import { visit } from './visit.ts';
import { waitUntil } from './wait-until.ts';

/** How an engine is taken away, and brought back. */
export interface EngineAbsence {
  go(): Promise<unknown>;
  comeBack(): Promise<unknown> | void;
  /** What people are told meanwhile. */
  why: RegExp;
}

/**
 * Deploys a service of plain processes beside the drill's own in containers, takes the engine away, and expects that the former
 * is looked after, shown and changed as ever, and that who asks for the latter is told why there is no answer.
 */
export async function expectPlainProcessesGoOn(drill: FaultDrill, absence: EngineAbsence): Promise<void> {
  const { api, platform, service } = drill;
  const page = await api.createService(service.projectId, { name: 'page' });
  expect(await deployFiles(api, page.id, { 'index.html': 'a page' })).toMatchObject({ status: 'active' });
  const idsOf = async () =>
    (await platform.agent.listInstances()).filter(({ group }) => group === page.id).map(({ id }) => id);
  const answers = () =>
    waitUntil('the page answers', async () => {
      const seen = await visit(page.url).catch(() => undefined);
      return seen?.status === 200 && seen.body === 'a page';
    });
  const openTerminal = (serviceId: string, instanceId: string) =>
    openTerminalClient(`${platform.url}/v1/services/${serviceId}/instances/${instanceId}/terminal`, {
      authorization: `Bearer ${api.token}`,
    });
  const [first = ''] = await idsOf();
  const [container] = await api.instances(service.id);
  await answers();
  await absence.go();

  await platform.agent.removeInstance(first);
  await answers();
  await platform.agent.removeRoute(new URL(page.url).hostname);
  await answers();
  expect(await idsOf()).toEqual([first]);
  expect(await platform.log()).toContain('containers wait for the Docker engine; plain processes are looked after');
  expect(await api.done('GET', '/health/ready')).toMatchObject({
    status: 'degraded',
    checks: expect.arrayContaining([
      { name: 'runtime', state: 'degraded', detail: expect.stringMatching(/^The Docker engine does not answer: /) },
    ]),
  });
  expect(await api.done('GET', '/v1/platform/doctor')).toMatchObject({
    findings: expect.arrayContaining([
      expect.objectContaining({ check: 'runtime.docker', state: 'fail', detail: expect.stringMatching(absence.why) }),
    ]),
  });

  expect(await api.instances(page.id)).toMatchObject([{ id: first, state: 'running' }]);
  const unreachable = { code: 'RUNTIME_UNREACHABLE', detail: expect.stringMatching(absence.why) };
  expect((await api.call('GET', `/v1/services/${service.id}/instances`)).body).toMatchObject(unreachable);
  expect(await refusalOf(openTerminal(service.id, container?.id ?? ''))).toMatchObject({
    status: 503,
    body: unreachable,
  });
  const terminal = await openTerminal(page.id, first);
  await terminal.run('echo $((20 + 22))', '42');
  terminal.socket.close();
  const overview = await api.done<{ services: { id: string }[] }>('GET', `/v1/projects/${page.projectId}/overview`);
  expect(overview.services.find(({ id }) => id === page.id)).toMatchObject({ replicas: { running: 1, wanted: 1 } });
  expect(overview.services.find(({ id }) => id === service.id)).toMatchObject({
    statusDetail: expect.stringMatching(/^Which instances run is not known: /),
  });

  const restart = await api.done<{ runId: string }>('POST', `/v1/services/${page.id}/restart`);
  expect(await api.runEnded(restart.runId)).toMatchObject({ state: 'succeeded' });
  await answers();
  await waitUntil('the former instance has ended', async () => !(await idsOf()).includes(first));

  const stop = await api.done<{ runId: string }>('POST', `/v1/services/${page.id}/stop`);
  expect(await api.runEnded(stop.runId)).toMatchObject({ state: 'succeeded' });
  expect(await idsOf()).toEqual([]);

  await absence.comeBack();
  await waitUntil('it is said that containers are looked after', async () =>
    (await platform.log()).includes('containers are looked after again'),
  );
}
