import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { environment } from '../../../config.js';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const read = (path: string): string => readFileSync(`${root}${path}`, 'utf8');
const security = read('SECURITY.md');
const hardening = /\n## Hardening\n(.*?)\n## /s.exec(read('docs/operations.md'))?.[1] ?? '';

describe('SECURITY.md', () => {
  it('names every attack', () => {
    const attacks = readdirSync(`${root}test/attacks`, {
      recursive: true,
      encoding: 'utf8',
    }).filter((name) => name.endsWith('.test.ts'));
    expect(attacks.length).toBeGreaterThan(20);
    expect(attacks.filter((name) => !security.includes(`\`test/attacks/${name}\``))).toEqual([]);
  });

  it('is found from where one begins to read', () => {
    for (const page of ['README.md', 'ARCHITECTURE.md'])
      expect([page, read(page).includes('(SECURITY.md)')]).toEqual([page, true]);
    expect(security).toContain('(docs/operations.md#hardening)');
  });
});

describe('the list of hardening', () => {
  it('names variables that there are', () => {
    const known = Object.keys(environment.properties);
    const named = [...hardening.matchAll(/`([A-Z][A-Z0-9]*_[A-Z0-9_]*)(\*)?/g)].map(
      ([, name = '', star]) => ({
        name,
        star,
      }),
    );
    expect(named.length).toBeGreaterThan(15);
    const isKnown = ({ name, star }: { name: string; star: string | undefined }) =>
      known.some(
        (each) =>
          each === name || `${each}_FILE` === name || (star !== undefined && each.startsWith(name)),
      );
    expect(named.filter((each) => !isKnown(each))).toEqual([]);
  });
});
