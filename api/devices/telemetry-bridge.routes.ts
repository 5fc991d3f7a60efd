import type { Static } from 'typebox';
import type { TelemetryInbox } from '../../db/devices/telemetry.inbox.js';
import { parseTelemetry, telemetryDeviceId } from '../../workflows/devices/telemetry.rules.js';
import type { ParsedTelemetry } from '../../workflows/devices/telemetry.contract.js';
import { platformAdmin, route, type Route } from '../route/route.js';
import {
  cloudEvents,
  cloudEventsTaken,
  type cloudEvent,
  type cloudEventResults,
} from './telemetry.schemas.js';

type CloudEvent = Static<typeof cloudEvent>;
type Judged = ParsedTelemetry | { ignored: 'INVALID_EVENT' | 'FOREIGN_TYPE' | 'FOREIGN_TOPIC' };

/**
 * Accepts an outside broker's messages, carried over HTTP by a bridge, into the gateway's inbox.
 */
export function createTelemetryBridgeRoutes({
  telemetryInbox,
}: {
  telemetryInbox: TelemetryInbox;
}): Route[] {
  const takeCloudEvents = route({
    method: 'post',
    path: '/v1/internal/telemetry/cloudevents',
    operationId: 'takeCloudEvents',
    summary: 'Take CloudEvents from an MQTT broker',
    description:
      'One event (`application/cloudevents+json`), or up to 1,000 (`application/cloudevents-batch+json`); `application/json` for either. What is answered with 200 is stored; a repeat stores nothing again. Each event has its own result, so none keeps the others back. Readings follow within seconds: the gateway finds in the inbox what no workflow was told of.',
    tag: 'Telemetry',
    access: platformAdmin(),
    effect: 'none',
    audit: { exempt: 'telemetry is facts, which are their own record' },
    body: cloudEvents,
    responses: { 200: cloudEventsTaken },
  }).handledBy(async ({ body }) => {
    const events = Array.isArray(body) ? body : [body];
    const judged = events.map(judge);
    const messages = judged.flatMap((each) => ('message' in each ? [each.message] : []));
    const dropped = judged.flatMap((each) => ('dropped' in each ? [each.dropped] : []));
    await telemetryInbox.accept(messages, dropped);
    const received = messages.length + dropped.length;
    const results = judged.map((each, n) => ({ id: textOf(events[n]?.id), ...resultOf(each) }));
    return { status: 200, body: { received, ignored: events.length - received, results } };
  });

  return [takeCloudEvents];
}

function judge(event: CloudEvent): Judged {
  const { specversion, id, type, subject } = event;
  if (specversion !== '1.0' || !textOf(id)) return { ignored: 'INVALID_EVENT' };
  if (type !== 'MQTT.EventPublished') return { ignored: 'FOREIGN_TYPE' };
  const deviceId = telemetryDeviceId(textOf(subject) ?? '');
  if (deviceId === undefined) return { ignored: 'FOREIGN_TOPIC' };
  const bytes = payloadOf(event);
  return parseTelemetry(deviceId, bytes.toString('utf8'), bytes);
}

interface Result {
  result: (typeof cloudEventResults)[number];
  reason: string | null;
}
function resultOf(judged: Judged): Result {
  if ('ignored' in judged) return { result: 'IGNORED', reason: judged.ignored };
  return 'dropped' in judged
    ? { result: 'DROPPED', reason: judged.dropped.reason }
    : { result: 'TAKEN', reason: null };
}

const textOf = (value: unknown): string | null =>
  typeof value === 'string' ? value.slice(0, 200) : null;

/** MQTT 3 payloads come as base64; MQTT 5 payloads as text or, declared as JSON, as JSON values. */
function payloadOf({ data, data_base64: base64 }: CloudEvent): Buffer {
  if (typeof base64 === 'string') return Buffer.from(base64, 'base64');
  return Buffer.from(typeof data === 'string' ? data : JSON.stringify(data ?? null));
}
