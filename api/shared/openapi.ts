import { Type, type TObject, type TSchema } from 'typebox';
import { errorCodes, type ErrorCode } from '../../workflows/shared/error-codes.js';
import { needsCaller, type Access } from './access.js';
import { createComponents } from './components.js';
import { statusOf } from './errors.js';
import { exampleOf } from './example.js';
import { replayedHeader } from './idempotency.js';
import { rateHeaders } from './rate-limit.js';
import { errorsOf } from './route-errors.js';
import { idempotencyOf, limitOf, mediaTypeOf, type Contract } from './route.js';
import { errorEnvelope, etagHeader, isObject, uuid } from './schema.js';

type Refer = (schema: TSchema) => object;

/** The OpenAPI 3.1 document: a fold of the routes, so that it cannot say anything else than they do. */
export function createOpenApi(routes: readonly Contract[], { version, url }: { version: string; url: string }) {
  const { schemas, refer } = createComponents();
  refer(errorEnvelope);
  const paths: Record<string, Record<string, unknown>> = {};
  for (const route of routes) (paths[templateOf(route.path)] ??= {})[route.method] = operation(route, refer);
  return {
    openapi: '3.1.0',
    info: {
      title: 'Millrace',
      version,
      description: 'A durable backend for organisations that run things in the field.',
      license: { name: 'Proprietary', identifier: 'LicenseRef-Proprietary' },
    },
    servers: [{ url }],
    tags: [...new Set(routes.map(({ tag }) => tag))].sort().map((name) => ({ name, description: `${name} routes` })),
    security: [{ bearer: [] }],
    paths,
    components: {
      schemas,
      headers: rateHeaderSchemas,
      securitySchemes: { bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } },
    },
    'x-error-codes': errorCatalogue(routes),
  };
}

function operation(route: Contract, refer: Refer): object {
  const { access, summary, description, tag, body } = route;
  return {
    operationId: operationId(route),
    summary,
    description: [description, accessInWords(access), planInWords(route)].filter(Boolean).join('\n\n'),
    tags: [tag],
    ...(needsCaller(access) ? {} : { security: [] }),
    parameters: parametersOf(route, refer),
    ...(body ? { requestBody: { required: isRequired(body), content: contentOf(body, refer) } } : {}),
    responses: { ...repliesOf(route, refer), ...errorRepliesOf(route, refer) },
  };
}

const templateOf = (path: string): string => path.replace(/:(\w+)/g, '{$1}');
const operationId = ({ method, path }: Contract): string => `${method}${path.replace(/\W+/g, '_')}`;
const isRequired = (body: TSchema): boolean => !isObject(body) || (body.required ?? []).length > 0;

function accessInWords(access: Access): string {
  switch (access.kind) {
    case 'anyone':
      return 'No sign-in.';
    case 'signedIn':
      return 'Any signed-in user.';
    case 'platformAdmin':
      return 'Platform admins.';
    case 'developmentOnly':
      return 'Development only: absent in production.';
    case 'member':
    case 'resource':
      return access.roles.length > 0
        ? `Members of the account with one of the roles ${access.roles.join(', ')}.`
        : 'Members of the account.';
  }
}

function planInWords({ feature, uses }: Contract): string {
  const needs = feature === undefined ? [] : [`Needs the plan's feature \`${feature}\`.`];
  return [...needs, ...(uses === undefined ? [] : [`Counts towards the plan's limit \`${uses}\`.`])].join(' ');
}

/** At most 255 characters that can be seen, or as many in quotes. */
const idempotencyKey = Type.String({ minLength: 1, maxLength: 512, examples: ['3f1d8c1e-order-7'] });

function parametersOf(route: Contract, refer: Refer): object[] {
  const { params, query, access, concurrency } = route;
  const idempotency = idempotencyOf(route);
  const header = (name: string, schema: TSchema, description: string, required: boolean) => ({
    ...{ name, in: 'header', required, description },
    schema: refer(schema),
  });
  return [
    ...fieldsOf(params, 'path', refer),
    ...(query ? fieldsOf(query, 'query', refer) : []),
    ...(idempotency === 'none'
      ? []
      : [
          header(
            'Idempotency-Key',
            idempotencyKey,
            'A repeat under the same key is answered as the first was',
            idempotency === 'required',
          ),
        ]),
    ...(concurrency ? [header('If-Match', etagHeader, 'The ETag of the version that is changed', true)] : []),
    ...(access.kind === 'resource'
      ? [header('X-Account-Id', uuid, 'Chooses among the accounts that the caller is a member of', false)]
      : []),
  ];
}

function fieldsOf(schema: TObject, place: 'path' | 'query', refer: Refer): object[] {
  return Object.entries(schema.properties).map(([name, field]) => ({
    name,
    in: place,
    required: place === 'path' || ((schema.required ?? []).includes(name) && !('default' in field)),
    schema: refer(field),
  }));
}

function contentOf(schema: TSchema, refer: Refer): object {
  const mediaType = mediaTypeOf(schema);
  if (mediaType !== undefined) return { [mediaType]: { schema: mediaType.includes('json') ? {} : { type: 'string' } } };
  const example = exampleOf(schema);
  return { 'application/json': { schema: refer(schema), ...(example === undefined ? {} : { example }) } };
}

/** On the answers of each route that has a limit. */
const rateHeaderSchemas: Record<(typeof rateHeaders)[number], object> = {
  'RateLimit-Policy': textHeader('What is counted, q requests in w seconds: `"write";q=600;w=60`'),
  RateLimit: textHeader('What is left of it, r requests for t seconds: `"write";r=599;t=60`'),
  'RateLimit-Limit': countHeader('Requests in a window, of the tightest limit'),
  'RateLimit-Remaining': countHeader('Requests that are left of it'),
  'RateLimit-Reset': countHeader('Seconds until the next window'),
};
const rateHeadersOf = (route: Contract): object =>
  limitOf(route) === undefined
    ? {}
    : Object.fromEntries(rateHeaders.map((name) => [name, { $ref: `#/components/headers/${name}` }]));

function repliesOf(route: Contract, refer: Refer): object {
  const replies = Object.entries(route.responses).map(([status, schema]) => {
    const headers = headersOf(route, Number(status), schema, refer);
    const content = schema ? { content: contentOf(schema, refer) } : {};
    return [status, { description: meaningOf[status] ?? 'Answered', ...headers, ...content }] as const;
  });
  return Object.fromEntries(replies);
}

const meaningOf: Record<string, string> = {
  200: 'Done',
  201: 'Created',
  202: 'Accepted; the work goes on',
  204: 'Done; nothing to say',
  503: 'Not able to answer now',
};

function headersOf(route: Contract, status: number, schema: TSchema | null, refer: Refer): object {
  const fields = isObject(schema) ? schema.properties : {};
  const text = { schema: { type: 'string' } };
  const headers = {
    ...('etag' in fields ? { ETag: { description: 'The version, for If-Match', schema: refer(etagHeader) } } : {}),
    ...('next_cursor' in fields ? { Link: { description: 'rel="next": the next page', ...text } } : {}),
    ...rateHeadersOf(route),
    ...(idempotencyOf(route) === 'none'
      ? {}
      : { [replayedHeader]: { description: '`true` on an answer that was given before', ...text } }),
    ...(status === 201 || status === 202 ? { Location: { description: 'Where it is to be found', ...text } } : {}),
  };
  return Object.keys(headers).length > 0 ? { headers } : {};
}

/** One answer a status, naming the codes it may carry. A status that the route declares itself keeps its own schema. */
function errorRepliesOf(route: Contract, refer: Refer): object {
  const codes = errorsOf(route).filter((code) => !(statusOf(code) in route.responses));
  const replies = [...new Set(codes.map(statusOf))].map((status) => {
    const possible = codes.filter((code) => statusOf(code) === status);
    const schema = { ...refer(errorEnvelope), properties: { error_code: { enum: possible } } };
    const examples = Object.fromEntries(possible.map((code) => [code, { value: errorExample(code) }]));
    const headers = status === 429 ? { headers: { 'Retry-After': retryAfter, ...rateHeadersOf(route) } } : {};
    return [
      status,
      { description: possible.join(', '), ...headers, content: { 'application/json': { schema, examples } } },
    ] as const;
  });
  return Object.fromEntries(replies);
}

function textHeader(description: string) {
  return { description, schema: { type: 'string' } };
}
function countHeader(description: string) {
  return { description, schema: { type: 'integer', minimum: 0 } };
}
const retryAfter = countHeader('Seconds to wait');

const errorExample = (code: ErrorCode) => ({
  ...{ error_code: code, message: errorCodes[code].message },
  details: code === 'VALIDATION_ERROR' ? { errors: [{ path: '/name', message: 'is required' }] } : {},
  request_id: '0198f0c2-7b1a-7c3e-9d4f-2a6b8c0d1e2f',
});

/** The catalogue of codes: what each means, its status, and the operations it can occur on. */
function errorCatalogue(routes: readonly Contract[]): object {
  const entries = Object.entries(errorCodes).map(([name, { message }]) => {
    const code = name as ErrorCode;
    const operations = routes.filter((route) => errorsOf(route).includes(code)).map(operationId);
    return [code, { status: statusOf(code), message, operations }] as const;
  });
  return Object.fromEntries(entries);
}
