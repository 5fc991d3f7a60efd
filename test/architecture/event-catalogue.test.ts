import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { eventCatalogue } from '../../db/shared/event-catalogue.js';

const db = fileURLToPath(new URL('../../db', import.meta.url));
const files = readdirSync(db, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.events.ts'));

describe('the catalogue of events', () => {
  it('has every file of events', () => {
    const catalogue = readFileSync(join(db, 'shared/event-catalogue.ts'), 'utf8');
    expect(files.length).toBeGreaterThan(10);
    expect(files.filter((path) => !catalogue.includes(`'../${path.replace(/\.ts$/, '.js')}'`))).toEqual([]);
  });

  it('has every type that is written in one of them, each version once', () => {
    const written = files.flatMap((path) =>
      [...readFileSync(join(db, path), 'utf8').matchAll(/'([A-Z]+(?:_[A-Z]+)+)'/g)].map(([, type]) => type),
    );
    const types = new Set(eventCatalogue.map(({ type }) => type));
    for (const type of [
      'SITE_CREATED',
      'DEVICE_ONLINE',
      'ORDER_DELIVERED',
      'RESERVOIR_LEVEL_READING',
      'WEBHOOK_DISABLED',
    ])
      expect([type, types.has(type), written.includes(type)]).toEqual([type, true, true]);
    const versions = eventCatalogue.map(({ type, version }) => `${type} ${version}`);
    expect(new Set(versions).size).toBe(versions.length);
  });
});
