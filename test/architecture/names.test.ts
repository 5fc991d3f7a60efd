import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';

const root = fileURLToPath(new URL('../..', import.meta.url));
const layers = ['workflows', 'activities', 'db', 'api', 'workers'];
/** The closed list of ARCHITECTURE.md; a new one is a decision that is written down there. */
const roles = [
  ...['contract', 'rules', 'workflow', 'activities', 'model', 'store', 'views', 'records', 'inbox', 'events'],
  ...['inputs', 'schemas', 'routes', 'worker', 'reaction', 'task', 'process', 'test'],
];
const nounAndRole = new RegExp(`^[a-z][a-z0-9]*(-[a-z0-9]+)*\\.(${roles.join('|')})\\.ts$`);
/** What belongs to no noun: what a layer shares, the timeline, the provided PostgreSQL, the parts of one process or command. */
const freeFolders =
  /^(\w+\/shared|db\/migrations|db\/embedded|workers\/(client|dev|demo|gateway|forwarder|invariants))\//;
/** What a person or a container starts, and the HTTP server itself. */
const entries =
  /^(db\/domains\.ts|workers\/(main|dev|demo|audit-verify|client|consumers|domains|check-invariants|keys|migrate|provision|reset|seed|status)\.ts|workers\/bootstrap\.mjs|api\/server\.ts)$/;
const saysNothing = /(^|[./])(utils?|helpers?|services?|managers?|common|types)\.[a-z.]+$/;

describe('the names of files', () => {
  it('are noun.role.ts in every layer', () => {
    const odd = layers.flatMap(filesUnder).filter((path) => !fits(path));
    expect(odd).toEqual([]);
  });

  it('never say nothing', () => {
    const all = [...layers, 'processes', 'temporal-config', 'bench', 'test'].flatMap(filesUnder);
    expect(all.filter((path) => saysNothing.test(path))).toEqual([]);
  });

  it.each([
    ['workflows/water/order.workflow.ts', true],
    ['db/water/price-rule.records.ts', true],
    ['api/shared/mount.ts', true],
    ['activities/water/index.ts', true],
    ['api/water/order.helper.ts', false],
    ['api/water/Order.routes.ts', false],
    ['db/water/order.ts', false],
    ['workflows/water/orderWorkflow.ts', false],
    ['workers/gateway.ts', false],
  ])('judge %s: %s', (path, expected) => {
    expect(fits(path)).toBe(expected);
  });

  it.each(['db/shared/utils.ts', 'api/water/order.types.ts', 'helpers.ts', 'workers/dev/device.manager.ts'])(
    'refuse %s',
    (path) => {
      expect(saysNothing.test(path)).toBe(true);
    },
  );
});

function fits(path: string): boolean {
  const name = path.split('/').at(-1) ?? '';
  return (
    ['index.ts', 'domain.ts'].includes(name) || freeFolders.test(path) || entries.test(path) || nounAndRole.test(name)
  );
}

const filesUnder = (folder: string): string[] =>
  readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.[cm]?[jt]s$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length));
