import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { startIssuerServer, type IssuerServer } from '../../support/servers/issuer-server.js';
import { startTestSystem, type TestSystem } from '../../support/system/system.js';
import { eventually } from '../../support/timing/eventually.js';

let server: IssuerServer;
let system: TestSystem;

beforeAll(async () => {
  server = await startIssuerServer('0198f0c2-7b1a-7c3e-9d4f-2a6b8c0d1e2f');
  await server.addKey('one');
  server.mood = 'fails';
  system = await startTestSystem({
    OPERATIONS_ISSUER: server.issuer,
    OPERATIONS_JWKS_URL: server.jwksUrl,
    IDP_ALLOW_PRIVATE: 'true',
  });
});
afterAll(async () => {
  await system.stop();
  await server.stop();
});

const ready = async () => {
  const answer = await fetch(`${system.url}/ready`);
  const { checks } = (await answer.json()) as { checks: Record<string, { status: string }> };
  return [answer.status, checks[`issuer ${server.issuer}`]?.status];
};

it('says whether an issuer can be reached, without which all else goes on', async () => {
  expect(await ready()).toEqual([200, 'DOWN']);
  server.mood = 'serves';
  await eventually(async () => expect(await ready()).toEqual([200, 'UP']));
  const metrics = await system.resources.metrics.expose();
  const counter = (outcome: string) =>
    `millrace_jwks_fetches_total{issuer="${server.issuer}",outcome="${outcome}"} 1`;
  expect(metrics).toContain(counter('fetched'));
  expect(metrics).toContain('outcome="unreachable"');
});

it('takes a token of the issuer as far as an account that is there', async () => {
  const headers = { authorization: `Bearer ${await server.sign('one')}` };
  const answer = await fetch(`${system.url}/v1/me`, { headers });
  expect(answer.status).toBe(403);
});
