/**
 * The sections of a telemetry payload read by Millrace. All are optional; a value of a wrong type
 * is left out.
 */
export interface TelemetrySections {
  ultrasonic?: unknown;
  power?: unknown;
  network?: unknown;
  system?: unknown;
}

/** The device's own condition in a message; null for a value the message does not report. */
interface DeviceVitals {
  batteryPct: number | null;
  batteryVoltageMv: number | null;
  isCharging: boolean | null;
  signalStrengthDbm: number | null;
  firmwareVersion: string | null;
}

/** Distances in millimetres; undefined when the message has no such section. */
export function rawDistancesMm({ ultrasonic }: TelemetrySections): number[] | undefined {
  const readings = field(ultrasonic, 'raw_readings');
  if (ultrasonic === undefined || ultrasonic === null) return undefined;
  return Array.isArray(readings) ? readings.filter((reading) => typeof reading === 'number') : [];
}

export function vitals({ power, network, system }: TelemetrySections): DeviceVitals {
  return {
    batteryPct: within([0, 100], field(power, 'battery_percentage')),
    batteryVoltageMv: within([0, 100_000], field(power, 'battery_voltage_mv')),
    isCharging: booleanOf(field(power, 'is_charging')),
    signalStrengthDbm:
      within(radioDbm, field(network, 'rssi_dbm')) ?? within(radioDbm, field(network, 'rsrp_dbm')),
    firmwareVersion: textOf(field(system, 'firmware_version')),
  };
}

/** The device's name for the present start; null if not reported. */
export function bootId({ system }: TelemetrySections): string | null {
  const value = field(system, 'boot_id');
  return typeof value === 'number' ? String(value) : textOf(value);
}

/** Telemetry is partial: a value missing from the newer message stays as in the older. */
export const merged = (older: DeviceVitals, newer: DeviceVitals): DeviceVitals => ({
  batteryPct: newer.batteryPct ?? older.batteryPct,
  batteryVoltageMv: newer.batteryVoltageMv ?? older.batteryVoltageMv,
  isCharging: newer.isCharging ?? older.isCharging,
  signalStrengthDbm: newer.signalStrengthDbm ?? older.signalStrengthDbm,
  firmwareVersion: newer.firmwareVersion ?? older.firmwareVersion,
});

export const noVitals: DeviceVitals = {
  batteryPct: null,
  batteryVoltageMv: null,
  isCharging: null,
  signalStrengthDbm: null,
  firmwareVersion: null,
};

const longestText = 64;

const field = (section: unknown, name: string): unknown =>
  typeof section === 'object' && section !== null
    ? (section as Record<string, unknown>)[name]
    : undefined;
/**
 * Thermal noise is at −174 dBm in one hertz, and no device hears more power than a device can send.
 */
const radioDbm = [-174, 30] as const;
/** Rounded to a thousandth; null for a value no device can have measured. */
const within = ([least, most]: readonly [number, number], value: unknown): number | null =>
  typeof value === 'number' && value >= least && value <= most
    ? Math.round(value * 1_000) / 1_000
    : null;
const booleanOf = (value: unknown): boolean | null => (typeof value === 'boolean' ? value : null);
const textOf = (value: unknown): string | null =>
  typeof value === 'string' ? value.slice(0, longestText) : null;
