import type { TelemetryBudget } from '../../db/devices/telemetry.inbox.js';

interface BudgetLimits {
  messagesPerDay: number;
  bytesPerDay: number;
}

interface Left {
  messages: number;
  bytes: number;
  at: number;
}

const dayMs = 24 * 3_600_000;
/**
 * A forgotten device starts with a whole day's budget; only made-up devices of an outside broker
 * reach the limit.
 */
const maxDevices = 100_000;

/**
 * The messages each device may still send: a day's amount at once, for a device after a long
 * silence, and then at the rate of a day's amount in a day. The count is per process; a device
 * speaks to one process at a time.
 */
export function createDeviceBudgets(
  { messagesPerDay, bytesPerDay }: BudgetLimits,
  now: () => number = () => performance.now(),
): TelemetryBudget {
  const devices = new Map<string, Left>();

  function leftOf(deviceId: string): Left {
    const at = now();
    const left = devices.get(deviceId);
    if (!left) {
      if (devices.size >= maxDevices) devices.delete(devices.keys().next().value ?? '');
      const whole = { messages: messagesPerDay, bytes: bytesPerDay, at };
      devices.set(deviceId, whole);
      return whole;
    }
    const share = (at - left.at) / dayMs;
    left.messages = Math.min(messagesPerDay, left.messages + share * messagesPerDay);
    left.bytes = Math.min(bytesPerDay, left.bytes + share * bytesPerDay);
    left.at = at;
    return left;
  }

  return {
    take(deviceId, bytes) {
      const left = leftOf(deviceId);
      if (left.messages < 1 || left.bytes < bytes) return false;
      left.messages -= 1;
      left.bytes -= bytes;
      return true;
    },
    giveBack(deviceId, bytes) {
      const left = leftOf(deviceId);
      left.messages += 1;
      left.bytes += bytes;
    },
  };
}
