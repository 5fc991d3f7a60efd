import { beforeAll, describe, expect, it } from '@jest/globals';
import { Validator } from '@seriousme/openapi-schema-validator';
import addFormats from 'ajv-formats';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { demoLogins } from '../../workers/demo/demo-seed.js';
import { openApiDocument } from '../support/routes/openapi-document.js';

interface Media {
  schema: object;
  example?: unknown;
  examples?: Record<string, { value: unknown }>;
}
interface Parameter {
  name: string;
  in: string;
  description?: string;
  schema: { pattern?: string; format?: string };
}
interface Operation {
  operationId: string;
  summary: string;
  tags: string[];
  parameters: Parameter[];
  requestBody?: { required: boolean; content: Record<string, Media> };
  responses: Record<string, { content?: Record<string, Media> }>;
}
interface Document {
  tags: { name: string; description?: string }[];
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, object> };
}

let document: Document;
let operations: (readonly [name: string, Operation])[];
beforeAll(() => {
  document = openApiDocument() as Document;
  operations = Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item).map(
      ([method, operation]) => [`${method.toUpperCase()} ${path}`, operation] as const,
    ),
  );
});

/** Every schema in the document, at any place. */
function* schemasIn(
  value: unknown,
  path = '#',
): Generator<readonly [string, Record<string, unknown>]> {
  if (typeof value !== 'object' || value === null) return;
  if (!Array.isArray(value)) yield [path, value as Record<string, unknown>];
  for (const [key, each] of Object.entries(value))
    if (!/^examples?$/.test(key)) yield* schemasIn(each, `${path}/${key}`);
}

const mediaOf = ({ requestBody, responses }: Operation): Media[] =>
  [requestBody, ...Object.values(responses)].flatMap((each) => Object.values(each?.content ?? {}));
const examplesOf = ({ example, examples = {} }: Media): unknown[] => [
  ...(example === undefined ? [] : [example]),
  ...Object.values(examples).map(({ value }) => value),
];

describe('the OpenAPI document of all routes', () => {
  it('is valid, and names every operation as a method of a client would be named, once', async () => {
    expect(await new Validator().validate({ ...document })).toMatchObject({ valid: true });
    const ids = operations.map(([, { operationId }]) => operationId);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.filter((id) => !/^[a-z]+([A-Z][a-z0-9]*)*$/.test(id) || id.length > 40)).toEqual([]);
    for (const id of [
      'listOrders',
      'createReservoir',
      'getSite',
      'updateSite',
      'deleteSite',
      'acceptOrder',
      'quoteOrder',
    ])
      expect(ids).toContain(id);
    expect(ids).toContain('confirmOrderDelivery');
  });

  it('describes every parameter and every group, whose names can be linked to', () => {
    const silent = operations.flatMap(([name, { parameters }]) =>
      parameters
        .filter(({ description = '' }) => description.length < 10)
        .map((each) => `${name} ${each.name}`),
    );
    expect(silent).toEqual([]);
    expect(
      document.tags.filter(({ name, description }) => !description || /\s/.test(name)),
    ).toEqual([]);
  });

  it('gives every enum its type', () => {
    const untyped = [
      ...schemasIn({ paths: document.paths, components: document.components }),
    ].filter(([, schema]) => Array.isArray(schema['enum']) && schema['type'] === undefined);
    expect(untyped.map(([path]) => path)).toEqual([]);
  });

  it('leaves no field of a body open that its route would refuse', () => {
    const open = operations.flatMap(([name, { requestBody }]) =>
      [...schemasIn(requestBody)].flatMap(([path, { properties }]) =>
        Object.entries(Object(properties) as Record<string, object>)
          .filter(
            ([field, schema]) =>
              Object.keys(schema).length === 0 && !/^(data|metadata)$/.test(field),
          )
          .map(([field]) => `${name} ${path}/${field}`),
      ),
    );
    expect(open).toEqual([]);
  });

  it('says that a body is needed where one without is refused', () => {
    const without = document.paths['/v1/auth/request-identifier-verification']?.['post'];
    expect(without?.requestBody?.required).toBe(true);
    expect(
      document.paths['/v1/accounts/{account_id}/orders/{order_id}/dispute']?.['post']?.requestBody
        ?.required,
    ).toBe(false);
  });

  it('declares every header that a route reads, with what fits it', () => {
    const headers = operations.flatMap(([, { parameters }]) =>
      parameters.filter((each) => each.in === 'header'),
    );
    const named = (name: string) => headers.filter((each) => each.name === name);
    expect(named('Idempotency-Key').length).toBeGreaterThan(10);
    for (const { schema } of named('Idempotency-Key')) {
      const fits = (key: string) => new RegExp(schema.pattern ?? '').test(key);
      expect(['order-7', '"an order"', '"a \\"quote\\""'].map(fits)).toEqual([true, true, true]);
      expect(['', '""', 'an order', '"', 'a,b', 'é'].map(fits)).toEqual([
        false,
        false,
        false,
        false,
        false,
        false,
      ]);
    }
    expect(named('Last-Event-ID')).toHaveLength(1);
    expect(named('X-Account-Id').every(({ schema }) => schema.format === 'uuid')).toBe(true);
    expect(named('X-Device-Token').length).toBeGreaterThan(0);
  });

  it('has examples that fit their schemas', () => {
    const ajv = new Ajv2020({ strict: false });
    addFormats.default(ajv);
    ajv.addFormat('idn-email', true).addSchema({ ...document, $id: 'document' });
    const wrong: string[] = [];
    let seen = 0;
    for (const [name, operation] of operations)
      for (const media of mediaOf(operation)) {
        const text = JSON.stringify(media.schema).replaceAll(
          '"#/components/',
          '"document#/components/',
        );
        const validate = ajv.compile(JSON.parse(text) as object);
        for (const example of examplesOf(media)) {
          seen += 1;
          if (!validate(example))
            wrong.push(`${name}: ${ajv.errorsText(validate.errors)} ${JSON.stringify(example)}`);
        }
      }
    expect(seen).toBeGreaterThan(400);
    expect(wrong).toEqual([]);
  });

  it('signs in as a demo login in its example', () => {
    const example =
      document.paths['/v1/auth/login']?.['post']?.requestBody?.content['application/json']?.example;
    const shapes = demoLogins.map(({ email: username, password }) => ({ username, password }));
    expect(shapes).toContainEqual(example);
  });

  it('tells of numbers that they are rounded', () => {
    expect(JSON.stringify(document)).not.toContain('x-places');
    const text = JSON.stringify(document.components.schemas['Reservoir']);
    expect(text).toContain('Rounded to 3 decimal places.');
  });
});
