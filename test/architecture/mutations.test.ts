import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { isMutating, type Route } from '../../api/shared/route.js';
import { nameOf } from '../support/route-calls.js';
import { startTestSystem, type TestSystem } from '../support/system.js';

const patience = 90_000;
let system: TestSystem;
beforeAll(async () => {
  system = await startTestSystem();
}, patience);
afterAll(() => system.stop(), patience);

/** The routes that change something, and neither are audited nor say why not. */
const unaudited = (routes: readonly Route[]): string[] =>
  routes.filter((route) => isMutating(route) && !isAccountedFor(route)).map(nameOf);

function isAccountedFor({ audit }: Route): boolean {
  if (!audit) return false;
  return 'exempt' in audit ? audit.exempt.length > 10 : /^[a-z-]+\.[a-z-]+$/.test(audit.action);
}

describe('every route that changes something', () => {
  it('says what the audit log is told, or why it is told nothing', () => {
    expect(system.api.routes.filter(isMutating).length).toBeGreaterThan(30);
    expect(unaudited(system.api.routes)).toEqual([]);
  });

  it('is found when it does not', () => {
    const [route] = system.api.routes.filter(isMutating);
    if (!route) throw new Error('there is no route that changes something');
    expect(unaudited([{ ...route, audit: undefined }])).toEqual([nameOf(route)]);
    expect(unaudited([{ ...route, audit: { exempt: '' } }])).toEqual([nameOf(route)]);
    expect(unaudited([{ ...route, audit: { action: 'something', subject: 'thing' } }])).toEqual([nameOf(route)]);
  });
});
