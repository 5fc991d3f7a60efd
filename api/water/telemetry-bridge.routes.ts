import type { Static } from 'typebox';
import type { TelemetryInbox } from '../../db/water/telemetry.inbox.js';
import { parseTelemetry, telemetryDeviceId } from '../../workflows/water/telemetry.rules.js';
import type { ParsedTelemetry } from '../../workflows/water/telemetry.contract.js';
import { platformAdmin, route, type Route } from '../shared/route.js';
import { cloudEvents, cloudEventsTaken } from './telemetry.schemas.js';

type CloudEvent = Static<typeof cloudEvents>[number];

/** For a bridge that carries an outside broker's messages over HTTP, into the inbox that the gateway fills. */
export function createTelemetryBridgeRoutes({ telemetryInbox }: { telemetryInbox: TelemetryInbox }): Route[] {
  return [
    route({
      method: 'post',
      path: '/v1/internal/telemetry/cloudevents',
      operationId: 'takeCloudEvents',
      summary: 'Take a batch of CloudEvents from an MQTT broker',
      description:
        'What is answered with 200 is stored; a repeat stores nothing again. A message that cannot be kept is counted with its reason, as on MQTT. Readings follow within seconds: the gateway finds in the inbox what no workflow was told of.',
      tag: 'Telemetry',
      access: platformAdmin(),
      audit: { exempt: 'telemetry is facts, which are their own record' },
      body: cloudEvents,
      responses: { 200: cloudEventsTaken },
    }).handledBy(async ({ body }) => {
      const parsed = body.flatMap(parsedOf);
      const messages = parsed.flatMap((each) => ('message' in each ? [each.message] : []));
      const dropped = parsed.flatMap((each) => ('dropped' in each ? [each.dropped] : []));
      await telemetryInbox.accept(messages, dropped);
      return { status: 200, body: { received: parsed.length, ignored: body.length - parsed.length } };
    }),
  ];
}

function parsedOf(event: CloudEvent): ParsedTelemetry[] {
  const deviceId = telemetryDeviceId(event.subject);
  return deviceId === undefined ? [] : [parseTelemetry(deviceId, payloadOf(event))];
}

/** MQTT 3 payloads come as base64, MQTT 5 ones as text or, where they are said to be JSON, as themselves. */
function payloadOf({ data, data_base64: base64 }: CloudEvent): string {
  if (base64 !== undefined) return Buffer.from(base64, 'base64').toString('utf8');
  return typeof data === 'string' ? data : JSON.stringify(data ?? null);
}
