/** Tells of: telemetry.schemas. */
import { describe, expect, it } from '@jest/globals';
import type { TSchema } from 'typebox';
import { deviceSchema } from '../../api/devices/device.schemas.js';
import { measuredReservoirSchemas } from '../../api/water/measured-reservoir.schemas.js';
import { readingPage } from '../../api/water/reading.schemas.js';
import { newReservoir, reservoir } from '../../api/water/reservoir.schemas.js';
import {
  latestTelemetry,
  telemetryDrop,
  telemetryGap,
  telemetryMessage,
} from '../../api/devices/telemetry.schemas.js';

interface Keywords {
  description?: string;
  properties?: Record<string, Keywords>;
  items?: Keywords;
  anyOf?: Keywords[];
}

/** The unit in a name, and the unit in the description for people. */
const units: readonly [RegExp, RegExp][] = [
  [/_mm$|^raw_(mean|stddev)$/, /millimetres/i],
  [/_pct$/, /percent/i],
  [/_liters$/, /litres/i],
  [/_dbm$/, /dBm/],
  [/_mv$/, /millivolts/i],
  [/_seconds$/, /seconds/i],
];

function faults(
  name: string,
  { description = '', properties = {}, items, anyOf = [] }: Keywords,
): string[] {
  const below = [
    ...Object.entries(properties).flatMap(([field, schema]) => [
      ...(schema.description ? [] : [`${name}.${field} says nothing`]),
      ...units
        .filter(([names, unit]) => names.test(field) && !unit.test(schema.description ?? ''))
        .map(([, unit]) => `${name}.${field} does not say ${String(unit)}`),
      ...faults(`${name}.${field}`, schema),
    ]),
    ...[...(items ? [items] : []), ...anyOf].flatMap((schema) => faults(name, schema)),
  ];
  // A description of a whole, such as a place or a shape, covers the parts.
  return name.includes('.') && description !== ''
    ? below.filter((fault) => !fault.endsWith('says nothing'))
    : below;
}

describe('the fields of devices, readings and reservoirs', () => {
  it('say what they are, and in which unit', () => {
    const schemas: Record<string, TSchema> = {
      device: deviceSchema([measuredReservoirSchemas]),
      readingPage,
      newReservoir,
      reservoir,
      latestTelemetry: latestTelemetry([measuredReservoirSchemas]),
      telemetryDrop,
      telemetryGap,
      telemetryMessage,
    };
    const { items } = readingPage.properties as { items: TSchema };
    const all = Object.entries({ ...schemas, readingPage: items });
    expect(all.flatMap(([name, schema]) => faults(name, schema as Keywords))).toEqual([]);
  });

  it('would be found without', () => {
    expect(faults('x', { properties: { a: {}, b_mm: { description: 'Metres' } } })).toEqual([
      'x.a says nothing',
      'x.b_mm does not say /millimetres/i',
    ]);
  });
});
