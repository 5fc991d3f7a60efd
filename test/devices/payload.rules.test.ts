import { describe, expect, it } from '@jest/globals';
import {
  bootId,
  merged,
  noVitals,
  rawDistancesMm,
  vitals,
} from '../../workflows/devices/payload.rules.js';

describe('the vitals of a payload', () => {
  it('are read from their sections', () => {
    expect(
      vitals({
        power: { battery_percentage: 81.5, battery_voltage_mv: 3_700, is_charging: false },
        network: { rssi_dbm: -70 },
        system: { firmware_version: '1.2.3' },
      }),
    ).toEqual({
      batteryPct: 81.5,
      batteryVoltageMv: 3_700,
      isCharging: false,
      signalStrengthDbm: -70,
      firmwareVersion: '1.2.3',
    });
  });

  it('leave out what no device can have measured, and what is of another type', () => {
    const absurd = { battery_percentage: 101, battery_voltage_mv: -1, is_charging: 'yes' };
    expect(vitals({ power: absurd, network: { rssi_dbm: 31 }, system: 'none' })).toEqual(noVitals);
    expect(vitals({ power: null, network: [], system: { firmware_version: 7 } })).toEqual(noVitals);
  });

  it('take another figure of the radio where the first does not fit', () => {
    expect(vitals({ network: { rssi_dbm: 99, rsrp_dbm: -101.23456 } }).signalStrengthDbm).toBe(
      -101.235,
    );
  });

  it('stay as they were where a newer payload is silent', () => {
    const older = vitals({ power: { battery_percentage: 50, is_charging: true } });
    const newer = vitals({ power: { battery_percentage: 0, is_charging: false } });
    expect(merged(older, noVitals)).toEqual(older);
    expect(merged(older, newer)).toMatchObject({ batteryPct: 0, isCharging: false });
  });
});

it('distances are the numbers among the raw readings, and undefined without their section', () => {
  expect(rawDistancesMm({ ultrasonic: { raw_readings: [900, 'x', null, 901.5] } })).toEqual([
    900, 901.5,
  ]);
  expect(rawDistancesMm({ ultrasonic: { raw_readings: 900 } })).toEqual([]);
  expect(rawDistancesMm({ ultrasonic: null })).toBeUndefined();
  expect(rawDistancesMm({})).toBeUndefined();
});

it('a start is named by a text of bounded length or by a number', () => {
  expect(bootId({ system: { boot_id: 42 } })).toBe('42');
  expect(bootId({ system: { boot_id: 'b'.repeat(100) } })).toBe('b'.repeat(64));
  expect(bootId({ system: { boot_id: {} } })).toBeNull();
});
