import { afterAll, beforeAll, expect, test } from 'vitest';
import type { DeploymentView } from '../support/api-caller.ts';
import { type CaddyServer, startCaddyServer } from '../support/caddy-server.ts';
import { type FaultDrill, startFaultDrill } from '../support/fault-drill.ts';
import { expectOneTruth } from '../support/one-truth.ts';
import { waitUntil } from '../support/wait-until.ts';

// Caddy is killed, or somebody changes its configuration, while a deployment is about to move to its new release. Visits fail as long as
// Caddy serves nothing: what is shown is that the deployment is not lost, and that its release is served as soon as Caddy is there.

let caddy: CaddyServer;
let drill: FaultDrill;

beforeAll(async () => {
  caddy = await startCaddyServer();
  drill = await startFaultDrill({ environment: caddy.environment });
});
afterAll(async () => {
  await drill?.[Symbol.asyncDispose]();
  await caddy?.[Symbol.asyncDispose]();
});

/** A deployment whose new instance is there, and is not switched to before it is let go. */
async function deployUntilHealthy(version: string): Promise<DeploymentView> {
  const deployment = await drill.deploy(version, ['healthy']);
  await waitUntil('the new instance is waited for', async () => {
    const { currentStep } = await drill.api.done<{ currentStep: string | null }>('GET', `/v1/runs/${deployment.runId}`);
    return currentStep === 'healthy';
  });
  return deployment;
}

async function expectServed(deployment: DeploymentView, version: string): Promise<void> {
  await drill.letGo(deployment, 'healthy');
  expect(await drill.api.settled(deployment.id)).toMatchObject({ status: 'active' });
  await expectOneTruth(drill, version);
  expect(await caddy.askOwnSite()).toBe('the operator’s own');
}

test('Caddy is killed, and starts with the operator’s configuration only: the new release is served', async () => {
  const deployment = await deployUntilHealthy('v2');
  await caddy.restart();
  await expectServed(deployment, 'v2');
});

test('somebody takes davit’s part out of the configuration: it is put back, and the new release is served', async () => {
  const deployment = await deployUntilHealthy('v3');
  await caddy.change('DELETE', '/config/apps/http/servers/davit-http');
  await expectServed(deployment, 'v3');
});

test('somebody leads everything elsewhere: that is undone, and what served serves on', async () => {
  await caddy.change('PATCH', '/config/apps/http/servers/davit-http/routes', [
    { handle: [{ handler: 'static_response', body: 'elsewhere' }] },
  ]);
  await expectOneTruth(drill, 'v3');
});
