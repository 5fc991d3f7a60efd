import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { isForPlatform } from '../../api/route/access.js';
import type { Route } from '../../api/route/route.js';
import type { Actor } from '../support/people/actors.js';
import { answerOf, codeOf, createRawClient, type RawAnswer } from '../support/http/http.js';
import { makeHolding, type Holding } from '../support/holdings/holdings.js';
import { makeShop } from '../support/holdings/water.holding.js';
import { bodyWith, nameOf, pathWith } from '../support/routes/route-calls.js';
import { startTestSystem, type TestSystem } from '../support/system/system.js';

let system: TestSystem;
let owner: Actor;
let admin: Actor;
let held: Holding;

beforeAll(async () => {
  system = await startTestSystem();
  const seller = await system.signUp('seller');
  [owner, admin] = [await system.signUp('owner'), await system.platformAdmin()];
  held = await makeHolding(system, owner, await makeShop(seller));
});
afterAll(() => system.stop());

/** The documentation's example, but for existing ids. */
function sendExample(route: Route): Promise<RawAnswer> {
  const { token } = isForPlatform(route.access) ? admin : owner;
  const headers: Record<string, string> = route.concurrency ? { 'if-match': '"1"' } : {};
  const body = bodyWith(route, { ...held });
  return createRawClient(system.url)(route.method, pathWith(route, { ...held }), {
    token,
    headers,
    body,
  });
}

/** A body may fit the schema and still be contradictory, as only the route knows. */
it('the example of every body is one that its route does not find fault with', async () => {
  const withBody = system.api.routes.filter(({ body }) => body !== undefined);
  expect(withBody.length).toBeGreaterThan(20);
  const refused: string[] = [];
  for (const route of withBody) {
    const answer = await sendExample(route);
    // Nobody was sent the code of the example, nor invited by it.
    const isUnknown = ['422 INVALID_OTP', '422 INVALID_INVITE'].includes(codeOf(answer));
    if (answer.status === 422 && !isUnknown) refused.push(`${nameOf(route)}: ${answerOf(answer)}`);
  }
  expect(refused).toEqual([]);
});
