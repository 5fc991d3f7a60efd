import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { hasFittingName } from './file-names.js';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const layers = ['workflows', 'activities', 'db', 'api', 'workers'];
const saysNothing = /(^|[./])(utils?|helpers?|services?|managers?|common|types)\.[a-z.]+$/;

describe('the names of files', () => {
  it('are noun.role.ts in every layer', () => {
    const odd = layers.flatMap(filesUnder).filter((path) => !hasFittingName(path));
    expect(odd).toEqual([]);
  });

  it('never say nothing', () => {
    const all = [...layers, 'processes', 'temporal-config', 'bench', 'test'].flatMap(filesUnder);
    expect(all.filter((path) => saysNothing.test(path))).toEqual([]);
  });

  it.each([
    ['workflows/water/order.workflow.ts', true],
    ['db/water/price-rule.records.ts', true],
    ['api/pipeline/mount.ts', true],
    ['activities/water/index.ts', true],
    ['api/water/order.helper.ts', false],
    ['api/water/Order.routes.ts', false],
    ['db/water/order.ts', false],
    ['workflows/water/orderWorkflow.ts', false],
    ['workers/gateway.ts', false],
  ])('judge %s: %s', (path, expected) => {
    expect(hasFittingName(path)).toBe(expected);
  });

  it.each([
    'db/shared/utils.ts',
    'api/water/order.types.ts',
    'helpers.ts',
    'workers/dev/device.manager.ts',
  ])('refuse %s', (path) => {
    expect(saysNothing.test(path)).toBe(true);
  });
});

const filesUnder = (folder: string): string[] =>
  readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.[cm]?[jt]s$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length));
