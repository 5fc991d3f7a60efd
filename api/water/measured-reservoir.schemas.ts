import { Type } from 'typebox';
import { measuredReservoirWords } from '../../workflows/water/measured-reservoir.contract.js';
import type { MeasuredKindSchemas } from '../devices/measured-kind.contract.js';
import { closedObject, described, nullable, pct, timestamp, uuid } from '../route/schema.js';

/** Reservoirs as the measured kind of devices' answers. */
export const measuredReservoirSchemas: MeasuredKindSchemas = {
  words: measuredReservoirWords,
  shown: {
    reservoir: described(
      closedObject({ reservoir_id: uuid, name: Type.String() }),
      'What it measures',
    ),
    site: described(closedObject({ site_id: uuid, name: Type.String() }), 'Where that is'),
  },
  reading: {
    reading_id: described(uuid, 'Its id'),
    reservoir_id: described(uuid, 'What was measured'),
    level_pct: described(pct, 'Percent of the height'),
    volume_liters: described(
      nullable(Type.Number({ minimum: 0 })),
      'Litres; null where the capacity is not known',
    ),
    recorded_at: described(timestamp, 'When the message was received'),
    is_backfill: described(Type.Boolean(), 'Older than what was known: it did not move the level'),
  },
};
