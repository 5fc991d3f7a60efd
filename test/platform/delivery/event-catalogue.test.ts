import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { describe, expect, it } from '@jest/globals';
import { Ajv } from 'ajv';
import { createAsyncApi } from '../../../api/openapi/asyncapi.js';
import { domains, eventCatalogue } from '../../../workers/domains.js';
import { findFreeText } from '../../support/routes/free-text.js';

const root = new URL('../../../', import.meta.url);
const frozenPath = new URL('event-versions.json', import.meta.url);
const nameOf = ({ type, version }: { type: string; version: number }) => `${type}.v${version}`;

describe('the event catalogue', () => {
  it('has every definition there is, each type and version once', async () => {
    const defined = [];
    for (const { name: domain } of domains) {
      const all = await readdir(new URL(`db/${domain}`, root), { recursive: true });
      const files = all.filter((file) => file.endsWith('.events.ts'));
      for (const file of files) {
        const module = (await import(new URL(`db/${domain}/${file}`, root).pathname)) as Record<
          string,
          unknown
        >;
        defined.push(
          ...Object.values(module).filter(
            (value) => Object(value) === value && 'payload' in Object(value),
          ),
        );
      }
    }
    expect(new Set(defined)).toEqual(new Set(eventCatalogue));
    expect(eventCatalogue.length).toBeGreaterThan(50);
    expect(new Set(eventCatalogue.map(nameOf)).size).toBe(eventCatalogue.length);
  });

  it('has for each an example that fits, and lets through nothing that does not', () => {
    for (const { of, example, subjectType } of eventCatalogue) {
      const event = { accountId: null, subjectId: subjectType };
      expect(of({ ...event, payload: example }).payload).toEqual(example);
      expect(() => of({ ...event, payload: { ...example, other: 1 } })).toThrow(
        'does not fit its schema',
      );
    }
  });

  // UPDATE_EVENT_VERSIONS=1 adds new versions to the file; existing versions never change.
  it('has every version that ever landed, as it landed', async () => {
    const frozen = existsSync(frozenPath)
      ? (JSON.parse(readFileSync(frozenPath, 'utf8')) as Record<string, unknown>)
      : {};
    const now = Object.fromEntries(
      eventCatalogue.map((event) => [
        nameOf(event),
        JSON.parse(
          JSON.stringify({
            topic: event.topic,
            subject_type: event.subjectType,
            schema: event.payload,
          }),
        ),
      ]),
    );
    if (process.env['UPDATE_EVENT_VERSIONS']) {
      Object.assign(frozen, { ...now, ...frozen });
      writeFileSync(frozenPath, `${JSON.stringify(frozen, null, 2)}\n`);
    }
    for (const [name, landed] of Object.entries(frozen))
      expect([name, now[name]]).toEqual([name, landed]);
    expect(Object.keys(now).filter((name) => !(name in frozen))).toEqual([]);
  });

  it('has no place for a text that people wrote: each string is an id, a time, an enum or a pattern', () => {
    expect(eventCatalogue.flatMap((event) => findFreeText(event.payload, nameOf(event)))).toEqual(
      [],
    );
  });

  it.each([
    [{ type: 'object', additionalProperties: false, properties: { note: { type: 'string' } } }, 1],
    [{ type: 'object', properties: {} }, 1],
    [
      {
        type: 'object',
        additionalProperties: false,
        properties: { all: { type: 'array', items: { type: 'string' } } },
      },
      1,
    ],
    [
      {
        type: 'object',
        additionalProperties: false,
        properties: { a: { anyOf: [{ type: 'string' }, { type: 'null' }] } },
      },
      1,
    ],
    [
      {
        type: 'object',
        additionalProperties: false,
        properties: { to: { type: 'string', format: 'email' } },
      },
      1,
    ],
    [{ type: 'object', additionalProperties: false, properties: { any: {} } }, 1],
    [
      {
        type: 'object',
        additionalProperties: false,
        properties: { id: { type: 'string', format: 'uuid' } },
      },
      0,
    ],
  ])('would find it: %j', (schema, found) => {
    expect(findFreeText(schema, '')).toHaveLength(found);
  });
});

describe('the AsyncAPI document', () => {
  it('is valid, and has every event', () => {
    const require = createRequire(import.meta.url);
    const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: false, logger: false });
    const schema = require('@asyncapi/specs/schemas/3.0.0-without-$id.json') as object;
    const document = createAsyncApi(eventCatalogue, {
      version: '1.0.0',
      url: 'http://127.0.0.1:3000',
      mqttPort: 1883,
    });
    const isValid = ajv.validate(schema, JSON.parse(JSON.stringify(document)));
    expect(ajv.errors ?? []).toEqual([]);
    expect(isValid).toBe(true);
    expect(Object.keys(document.components.messages)).toEqual(eventCatalogue.map(nameOf));
    expect(document.servers.broker.host).toBe('127.0.0.1:1883');
    const described = [document.channels, document.operations].flatMap((all) =>
      Object.values<object>(all),
    );
    expect(described.filter((each) => !('description' in each))).toEqual([]);
  });
});
