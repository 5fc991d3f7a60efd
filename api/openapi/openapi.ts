import type { TSchema } from 'typebox';
import type { Upload } from '../route/upload.js';
import { errorCodes, type ErrorCode } from '../../workflows/shared/error-codes.js';
import { needsCaller, type Access } from '../route/access.js';
import { createComponents } from './components.js';
import { statusOf } from '../pipeline/errors.js';
import { exampleOf } from './example.js';
import { faultsOf } from '../pipeline/input.js';
import { replayedHeader } from '../pipeline/idempotency.js';
import { parametersOf } from './openapi-parameters.js';
import { operationIdOf } from './operation-id.js';
import { rateHeaders } from '../limits/rate-limit.js';
import { errorsOf } from '../route/route-errors.js';
import { idempotencyOf, limitOf, mediaTypeOf, type Contract } from '../route/route.js';
import { errorEnvelope, etagHeader, isObject } from '../route/schema.js';
import { tagsOf } from './tags.js';
import { compileBody } from '../route/validator.js';

const description = `A durable backend for organisations that run things in the field.

**Signing in.** \`POST /v1/auth/login\` answers an access token, which is good for 15 minutes and goes into the header
\`Authorization: Bearer …\` (here: _Authorize_), and a refresh token, which \`POST /v1/auth/refresh\` exchanges for the next. In
development the demo logins are on the page at \`/\`. \`GET /v1/me\` answers the accounts that one belongs to; the \`account_id\` of
one is in most paths.

**Changing something.** An \`Idempotency-Key\` makes a repeat safe, \`If-Match\` with the \`ETag\` of what was read keeps the change of
somebody else. Texts hold neither NUL nor unpaired surrogates; times are of RFC 3339, with an offset of 14 hours at most and no
leap second. A refusal has an \`error_code\` to branch on; all codes are in \`x-error-codes\`.`;

type Refer = (schema: TSchema) => object;

/** The OpenAPI 3.1 document: a fold of the routes, and so never different. */
export function createOpenApi(
  routes: readonly Contract[],
  { version, url }: { version: string; url: string },
) {
  const { schemas, refer } = createComponents();
  refer(errorEnvelope);
  const paths: Record<string, Record<string, unknown>> = {};
  for (const route of routes)
    (paths[templateOf(route.path)] ??= {})[route.method] = operation(route, refer);
  return {
    openapi: '3.1.0',
    info: {
      title: 'Millrace',
      version,
      description,
      contact: { name: 'Millrace', url },
      license: { name: 'Proprietary', identifier: 'LicenseRef-Proprietary' },
    },
    servers: [{ url }],
    tags: tagsOf(routes),
    security: [{ bearer: [] }],
    paths,
    components: {
      schemas,
      headers: rateHeaderSchemas,
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' },
        api_key: { type: 'apiKey', in: 'header', name: 'X-API-Key' },
      },
    },
    'x-error-codes': errorCatalogue(routes),
  };
}

function operation(route: Contract, refer: Refer): object {
  const { access, summary, description, tag, body, upload } = route;
  return {
    operationId: operationIdOf(route),
    summary,
    description: [description, accessInWords(access), planInWords(route)]
      .filter(Boolean)
      .join('\n\n'),
    tags: [tag],
    ...(needsCaller(access) ? {} : { security: [] }),
    parameters: parametersOf(route, refer),
    ...(body
      ? { requestBody: { required: isRequired(body), content: contentOf(body, refer) } }
      : {}),
    ...(upload ? { requestBody: { required: true, content: binaryOf(upload) } } : {}),
    responses: { ...repliesOf(route, refer), ...errorRepliesOf(route, refer) },
  };
}

/** A body of bytes, whichever of the media types. */
const binaryOf = ({ mediaTypes }: Upload): object =>
  Object.fromEntries(
    mediaTypes.map((each) => [each, { schema: { type: 'string', format: 'binary' } }]),
  );

const templateOf = (path: string): string => path.replace(/:(\w+)/g, '{$1}');
/** Whether a request without a body, equal to an object without fields, is refused. */
const isRequired = (body: TSchema): boolean => faultsOf({}, compileBody(body)).length > 0;

function accessInWords(access: Access): string {
  switch (access.kind) {
    case 'anyone':
      return 'No sign-in.';
    case 'signedIn':
      return access.callers.includes('SESSION') && access.callers.length === 1
        ? 'Any signed-in user.'
        : 'Whoever shows a valid credential.';
    case 'platformAdmin':
      return 'Platform admins.';
    case 'platformStaff':
      return 'Platform admins and support.';
    case 'accountOf':
      return `An account token or a key${access.roles.length > 0 ? `, with one of the roles ${access.roles.join(', ')}` : ''}.`;
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
  return [
    ...needs,
    ...(uses === undefined ? [] : [`Counts towards the plan's limit \`${uses}\`.`]),
  ].join(' ');
}

function contentOf(schema: TSchema, refer: Refer): object {
  const mediaType = mediaTypeOf(schema);
  if (mediaType !== undefined)
    return { [mediaType]: { schema: mediaType.includes('json') ? {} : { type: 'string' } } };
  const example = exampleOf(schema);
  return {
    'application/json': { schema: refer(schema), ...(example === undefined ? {} : { example }) },
  };
}

/** Headers on the answers of each route with a limit. */
const rateHeaderSchemas: Record<(typeof rateHeaders)[number], object> = {
  'RateLimit-Policy': textHeader(
    'Each limit that counts the request by its name: `q` requests in `w` seconds',
  ),
  RateLimit: textHeader('What is left of each: `r` requests for `t` seconds'),
  'RateLimit-Limit': countHeader('Requests in a window, of the tightest limit'),
  'RateLimit-Remaining': countHeader('Requests that are left of it'),
  'RateLimit-Reset': countHeader('Seconds until the next window'),
};
const rateHeadersOf = (route: Contract): object =>
  limitOf(route) === undefined
    ? {}
    : Object.fromEntries(
        rateHeaders.map((name) => [name, { $ref: `#/components/headers/${name}` }]),
      );

function repliesOf(route: Contract, refer: Refer): object {
  const replies = Object.entries(route.responses).map(([status, schema]) => {
    const headers = headersOf(route, Number(status), schema, refer);
    const content = schema ? { content: contentOf(schema, refer) } : {};
    return [
      status,
      { description: meaningOf[status] ?? 'Answered', ...headers, ...content },
    ] as const;
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
    ...('etag' in fields
      ? { ETag: { description: 'The version, for If-Match', schema: refer(etagHeader) } }
      : {}),
    ...('next_cursor' in fields
      ? { Link: { description: 'rel="next": the next page', ...text } }
      : {}),
    ...rateHeadersOf(route),
    ...(idempotencyOf(route) === 'none'
      ? {}
      : {
          [replayedHeader]: { description: '`true` on an answer that was given before', ...text },
        }),
    ...(status === 201 || status === 202
      ? { Location: { description: 'Where it is to be found', ...text } }
      : {}),
  };
  return Object.keys(headers).length > 0 ? { headers } : {};
}

/**
 * One answer a status, with the possible codes. A status declared by the route keeps the route's
 * schema.
 */
function errorRepliesOf(route: Contract, refer: Refer): object {
  const codes = errorsOf(route).filter((code) => !(statusOf(code) in route.responses));
  const replies = [...new Set(codes.map(statusOf))].map((status) => {
    const possible = codes.filter((code) => statusOf(code) === status);
    const schema = {
      ...refer(errorEnvelope),
      properties: { error_code: { type: 'string', enum: possible } },
    };
    const examples = Object.fromEntries(
      possible.map((code) => [code, { value: errorExample(code) }]),
    );
    const headers =
      status === 429 ? { headers: { 'Retry-After': retryAfter, ...rateHeadersOf(route) } } : {};
    return [
      status,
      {
        description: possible.join(', '),
        ...headers,
        content: { 'application/json': { schema, examples } },
      },
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
  error_code: code,
  message: errorCodes[code].message,
  details:
    code === 'VALIDATION_ERROR' ? { errors: [{ path: '/name', message: 'is required' }] } : {},
  request_id: '0198f0c2-7b1a-7c3e-9d4f-2a6b8c0d1e2f',
});

/** The catalogue of codes: meaning, status, and operations with the code. */
function errorCatalogue(routes: readonly Contract[]): object {
  const entries = Object.entries(errorCodes).map(([name, { message }]) => {
    const code = name as ErrorCode;
    const operations = routes.filter((route) => errorsOf(route).includes(code)).map(operationIdOf);
    return [code, { status: statusOf(code), message, operations }] as const;
  });
  return Object.fromEntries(entries);
}
