/** Tells of: docs.routes. */
import { describe, expect, it } from '@jest/globals';
import { Validator } from '@seriousme/openapi-schema-validator';
import { Ajv2020 } from 'ajv/dist/2020.js';
import request from 'supertest';
import { Type } from 'typebox';
import { anyone, route } from '../../api/route/route.js';
import { component, closedObject } from '../../api/route/schema.js';
import { createSampleApi } from './sample.js';

const api = createSampleApi();
const agent = request(api.callback);
const read = async () =>
  (await agent.get('/openapi.json').expect(200).expect('Content-Type', /json/)).body;

describe('the OpenAPI document', () => {
  it('is valid, and has every route', async () => {
    const document = await read();
    expect(await new Validator().validate(document)).toMatchObject({ valid: true });
    const documented = Object.entries(document.paths as Record<string, object>).flatMap(
      ([path, operations]) => Object.keys(operations).map((method) => `${method} ${path}`),
    );
    const mounted = api.routes.map(
      ({ method, path }) => `${method} ${path.replace(/:(\w+)/g, '{$1}')}`,
    );
    expect(documented.sort()).toEqual(mounted.sort());
    expect(
      new Set(
        Object.values(document.paths)
          .flatMap((item) => Object.values(item as object))
          .map((o) => o.operationId),
      ).size,
    ).toBe(mounted.length);
  });
  it('tells parameters, versions, access and every error code of a route', async () => {
    const { paths, components } = await read();
    const path = paths['/v1/accounts/{account_id}/things/{thing_id}'];
    expect(path.patch.parameters.map(({ name }: { name: string }) => name)).toEqual([
      'account_id',
      'thing_id',
      'If-Match',
    ]);
    expect(Object.keys(path.patch.responses)).toEqual(
      expect.arrayContaining([
        '200',
        '400',
        '401',
        '403',
        '404',
        '412',
        '413',
        '415',
        '422',
        '428',
        '500',
        '503',
      ]),
    );
    expect(path.get.responses['200']).toMatchObject({
      headers: { ETag: expect.anything() },
      content: { 'application/json': { schema: { $ref: '#/components/schemas/Thing' } } },
    });
    expect(
      path.get.responses['404'].content['application/json'].schema.properties.error_code.enum,
    ).toEqual(['RESOURCE_NOT_FOUND']);
    expect(path.get.responses['429'].headers).toHaveProperty('RateLimit-Reset');
    expect(path.get.responses['429'].headers).toHaveProperty('Retry-After');
    expect(path.get.responses['200'].headers).toHaveProperty('RateLimit');
    expect(paths['/health'].get.responses).not.toHaveProperty('429');
    const { parameters, responses } = paths['/v1/accounts/{account_id}/things'].post;
    expect(parameters).toContainEqual(
      expect.objectContaining({ name: 'Idempotency-Key', required: false }),
    );
    expect(responses['201'].headers).toHaveProperty('Idempotency-Replayed');
    expect(path.patch.description).toContain('OWNER');
    expect(paths['/dev'].get.security).toEqual([]);
    expect(components.schemas.Thing.properties).toHaveProperty('etag');
    const limit = paths['/v1/accounts/{account_id}/things'].get.parameters.find(
      (p: { name: string }) => p.name === 'limit',
    );
    expect(limit).toMatchObject({ required: false, schema: { default: 50, maximum: 200 } });
  });
  it('lists the catalogue of codes with the operations they occur on', async () => {
    const codes = (await read())['x-error-codes'];
    expect(codes.CONFLICT).toMatchObject({ status: 409, operations: ['createThing'] });
  });
  it('has examples that fit their schemas', async () => {
    const document = await read();
    const ajv = new Ajv2020({ strict: false, validateFormats: false }).addSchema(document, 'doc');
    const { post } = document.paths['/v1/accounts/{account_id}/things'];
    const { schema, example } = post.requestBody.content['application/json'];
    expect(example).toMatchObject({ name: 'Pump', size: 1, kind: 'SMALL' });
    expect(ajv.validate(schema, example)).toBe(true);
  });
  it('refuses two different components of one name', async () => {
    const naming = (path: string, schema: ReturnType<typeof closedObject>) =>
      route({
        method: 'get',
        path,
        summary: 'One',
        tag: 'Samples',
        access: anyone(),
        responses: { 200: component('Same', schema) },
      }).handledBy(async () => ({ status: 200, body: {} }));
    const routes = [
      naming('/a', closedObject({})),
      naming('/b', closedObject({ n: Type.Optional(Type.Integer()) })),
    ];
    await request(createSampleApi({ routes }).callback).get('/openapi.json').expect(500);
  });
});

describe('the reference page', () => {
  it('is served whole from here, under a policy of its own', async () => {
    const page = await agent.get('/docs').expect(200).expect('Content-Type', /html/);
    expect(page.headers['content-security-policy']).toContain("script-src 'self'");
    expect(page.text).not.toMatch(/https?:\/\//);
    const parts = [...page.text.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, path]) =>
      String(path),
    );
    expect(parts).toHaveLength(5);
    for (const part of parts) await agent.get(part).expect(200);
    await agent.get('/docs/../../package.json').expect(404);
  });
  it('can be left out', async () => {
    const without = request(createSampleApi({ settings: { hasDocs: false } }).callback);
    await without.get('/docs').expect(404);
    await without.get('/openapi.json').expect(200);
  });
});
