import { Type, type TObject, type TSchema } from 'typebox';
import { keyPattern } from '../pipeline/idempotency.js';
import { idempotencyOf, type Contract } from '../route/route.js';
import { etagHeader, uuid } from '../route/schema.js';

type Refer = (schema: TSchema) => object;
type Place = 'path' | 'query' | 'header';

const idempotencyKey = Type.String({
  pattern: keyPattern,
  maxLength: 512,
  examples: ['3f1d8c1e-order-7'],
});

/** Descriptions of parameters not clear from name and schema. */
const meanings: Readonly<Record<string, string>> = {
  account_id:
    'The account, a membership of the caller: `account_id` of an entry of `org_memberships` in `GET /v1/me`',
  limit: 'How many items a page has at most',
  cursor: 'The `next_cursor` of the page before, as it came',
  since: 'From this moment on',
  until: 'Up to this moment, without it',
};

/** The parameters of a route: ids of the path, the query, and request headers. */
export function parametersOf(route: Contract, refer: Refer): object[] {
  const { params, query, requestHeaders } = route;
  return [
    ...fieldsOf(params, 'path', refer),
    ...(query ? fieldsOf(query, 'query', refer) : []),
    ...fieldsOf(headersOf(route), 'header', refer),
    ...(requestHeaders ? fieldsOf(requestHeaders, 'header', refer) : []),
  ];
}

/** Headers implied by a route's contract. */
function headersOf(route: Contract): TObject {
  const { access, concurrency } = route;
  const idempotency = idempotencyOf(route);
  const key = described(idempotencyKey, 'A repeat under the same key is answered as the first was');
  const account = described(uuid, 'Chooses among the accounts that the caller is a member of');
  return Type.Object({
    ...(idempotency === 'required' ? { 'Idempotency-Key': key } : {}),
    ...(idempotency === 'optional' ? { 'Idempotency-Key': Type.Optional(key) } : {}),
    ...(concurrency
      ? { 'If-Match': described(etagHeader, 'The ETag of the version that is changed') }
      : {}),
    ...(access.kind === 'resource' ? { 'X-Account-Id': Type.Optional(account) } : {}),
  });
}

const described = <Schema extends TSchema>(schema: Schema, description: string): Schema => ({
  ...schema,
  description,
});

function fieldsOf(schema: TObject, place: Place, refer: Refer): object[] {
  return Object.entries(schema.properties).map(([name, field]) => {
    const { description = describe(name, place) } = field as { description?: string };
    const isRequired = (schema.required ?? []).includes(name) && !('default' in field);
    return {
      name,
      in: place,
      required: place === 'path' || isRequired,
      description,
      schema: refer(field),
    };
  });
}

function describe(name: string, place: Place): string {
  const words = name.replaceAll(/[_-]/g, ' ');
  return (
    meanings[name] ??
    (place === 'path'
      ? `Which ${words.replace(/ id$/, '')} is meant`
      : `Only those with this ${words}`)
  );
}
