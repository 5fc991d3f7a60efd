/** The sections of a telemetry payload that Millrace reads; all are optional, and what does not fit its type is not there. */
export interface TelemetrySections {
  ultrasonic?: unknown;
  power?: unknown;
  network?: unknown;
  system?: unknown;
}

/** What a message says of the device itself; null where it says nothing. */
export interface DeviceVitals {
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
    signalStrengthDbm: within(radioDbm, field(network, 'rssi_dbm')) ?? within(radioDbm, field(network, 'rsrp_dbm')),
    firmwareVersion: textOf(field(system, 'firmware_version')),
  };
}

/** What the device calls its present start; null where it does not say. */
export function bootId({ system }: TelemetrySections): string | null {
  const given = field(system, 'boot_id');
  return typeof given === 'number' ? String(given) : textOf(given);
}

/** Telemetry is partial: what the newer message does not say stays as it was. */
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
  typeof section === 'object' && section !== null ? (section as Record<string, unknown>)[name] : undefined;
/** Thermal noise is at −174 dBm in one hertz, and no device hears more than it can send. */
const radioDbm = [-174, 30] as const;
/** To a thousandth; what no device can have measured is not there. */
const within = ([least, most]: readonly [number, number], value: unknown): number | null =>
  typeof value === 'number' && value >= least && value <= most ? Math.round(value * 1_000) / 1_000 : null;
const booleanOf = (value: unknown): boolean | null => (typeof value === 'boolean' ? value : null);
const textOf = (value: unknown): string | null => (typeof value === 'string' ? value.slice(0, longestText) : null);
