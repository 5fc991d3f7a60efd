import { failure } from '../../workflows/shared/failure.js';
import { createAsyncApi, type CataloguedEvent } from '../openapi/asyncapi.js';
import { anyone, media, route, type Route } from '../route/route.js';
import { closedObject } from '../route/schema.js';
import { eventSchemas, eventTypeName } from './event.schemas.js';

export interface EventSchemaRouteParts {
  catalogue: readonly CataloguedEvent[];
  version: string;
  publicUrl: string;
  /** Where the gateway listens, on the host of the API as far as is known. */
  mqttPort: number;
}

export function createEventSchemaRoutes({
  catalogue,
  version,
  publicUrl,
  mqttPort,
}: EventSchemaRouteParts): Route[] {
  const items = catalogue.map(
    ({ type, version: eventVersion, topic, subjectType, payload, example }) => ({
      event_type: type,
      event_version: eventVersion,
      topic,
      subject_type: subjectType,
      schema: { ...payload },
      example: { ...example },
    }),
  );
  let document: string | undefined;

  const listSchemas = route({
    method: 'get',
    path: '/v1/events/schemas',
    summary: 'List every type and version of event',
    tag: 'Events',
    access: anyone(),
    responses: { 200: eventSchemas },
  }).handledBy(async () => ({ status: 200, body: { items } }));

  const readSchemas = route({
    method: 'get',
    path: '/v1/events/schemas/:event_type',
    summary: 'Read the versions of one type of event',
    tag: 'Events',
    access: anyone(),
    params: closedObject({ event_type: eventTypeName }),
    responses: { 200: eventSchemas },
    errors: ['RESOURCE_NOT_FOUND'],
  }).handledBy(async ({ params }) => {
    const found = items.filter((item) => item.event_type === params.event_type);
    if (found.length === 0) throw failure('RESOURCE_NOT_FOUND');
    return { status: 200, body: { items: found } };
  });

  const readAsyncApi = route({
    method: 'get',
    path: '/asyncapi.json',
    summary: 'The AsyncAPI document: topics and events',
    tag: 'Documentation',
    access: anyone(),
    responses: { 200: media('application/json; charset=utf-8') },
  }).handledBy(async () => {
    document ??= JSON.stringify(createAsyncApi(catalogue, { version, url: publicUrl, mqttPort }));
    return { status: 200, body: document };
  });

  return [listSchemas, readSchemas, readAsyncApi];
}
