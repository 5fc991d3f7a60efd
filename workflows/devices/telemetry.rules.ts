import { sampleStatistics } from '../shared/sample-statistics.js';
import { rawDistancesMm } from './payload.rules.js';
import type { DropReason, ParsedTelemetry } from './telemetry.contract.js';

const deviceIdPattern = /^[0-9A-Z]{6,32}$/;
/** Longest payload over any transport; 64 KiB in ASCII. */
const maxPayloadCharacters = 64 * 1024;
const telemetryTopic = /^devices\/([^/]+)\/telemetry$/;

/** The device of a telemetry topic; undefined for any other topic. */
export function telemetryDeviceId(topic: string): string | undefined {
  const [, deviceId] = telemetryTopic.exec(topic) ?? [];
  return deviceId !== undefined && deviceIdPattern.test(deviceId) ? deviceId : undefined;
}

export const isDeviceId = (text: string): boolean => deviceIdPattern.test(text);

/**
 * Reads only the fields needed for accepting; the payload is stored unchanged. `bytes`: the payload
 * before decoding.
 */
export function parseTelemetry(
  deviceId: string,
  payload: string,
  bytes?: Uint8Array | string,
): ParsedTelemetry {
  const dropped = (reason: DropReason): ParsedTelemetry => ({
    dropped: { deviceId, reason, payload, bytes },
  });
  if (payload.length > maxPayloadCharacters) return dropped('PAYLOAD_TOO_LARGE');
  const content = parseObject(payload);
  if (!content) return dropped('UNREADABLE_JSON');
  // PostgreSQL's jsonb cannot hold the character zero.
  if (payload.includes('\\u0000')) return dropped('UNREADABLE_TEXT');
  const { seq, local_timestamp_ms: localMs } = content;
  if (seq === undefined || seq === null) return dropped('MISSING_SEQ');
  if (!Number.isSafeInteger(seq) || (seq as number) < 0) return dropped('UNREADABLE_SEQ');
  const meanDistanceMm = meanOf(content['sensors']);
  return {
    message: {
      deviceId,
      seq: seq as number,
      observedAt: deviceTime(localMs),
      meanDistanceMm,
      payload,
    },
  };
}

function parseObject(payload: string): Record<string, unknown> | undefined {
  try {
    const content: unknown = JSON.parse(payload);
    return typeof content === 'object' && content !== null && !Array.isArray(content)
      ? (content as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}

function meanOf(sensors: unknown): number | null {
  const { ultrasonic } = Object(sensors) as { ultrasonic?: unknown };
  return sampleStatistics(rawDistancesMm({ ultrasonic }) ?? [])?.mean ?? null;
}

const earliestMs = Date.UTC(2000, 0, 1);
const latestMs = Date.UTC(2100, 0, 1);

/** A clock never set says 1970; such a time is no time. */
function deviceTime(localMs: unknown): string | null {
  const isPlausible = typeof localMs === 'number' && localMs >= earliestMs && localMs < latestMs;
  return isPlausible ? new Date(localMs).toISOString() : null;
}
