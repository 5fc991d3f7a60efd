import { failure } from '../../workflows/shared/failure.js';
import type { Database } from '../shared/database.js';
import { newId } from '../shared/id.js';
import { emitEvents } from '../shared/outbox.js';
import { priceRuleCreated } from './seller.events.js';
import type { Editor } from './site.records.js';

export interface NewPriceRule {
  reservoirId: string;
  currency: string;
  minVolumeLiters: number;
  maxVolumeLiters: number | null;
  basePricePerLiter: string;
  deliveryFeeMinor: number;
  validFrom: string | null;
  validUntil: string | null;
}

const exclusionViolation = '23P01';

const insertRule = `
  insert into water.price_rules (account_id, reservoir_id, price_rule_id, currency, volume_band, validity,
    base_price_per_liter, delivery_fee_minor)
  values (:accountId, :reservoirId, :priceRuleId, :currency,
    numrange(cast(:minVolumeLiters as numeric), cast(:maxVolumeLiters as numeric)),
    tstzrange(coalesce(cast(:validFrom as timestamptz), now()), cast(:validUntil as timestamptz)),
    cast(:basePricePerLiter as numeric), :deliveryFeeMinor)`;

export function createPriceRuleRecords(database: Database) {
  return {
    /** Two rules of a reservoir and currency never cover the same litre at the same moment: the constraint refuses the second. */
    async create({ accountId, principalId }: Editor, rule: NewPriceRule): Promise<string> {
      const priceRuleId = newId();
      await database.inAccount(accountId, async (trx) => {
        const { reservoirId, currency } = rule;
        const owned = await trx('water.reservoirs').where({ accountId, reservoirId }).first('reservoirId');
        if (!owned) throw failure('RESOURCE_NOT_FOUND');
        await trx.raw(insertRule, { ...rule, accountId, priceRuleId }).catch((error: unknown) => {
          throw Object(error).code === exclusionViolation ? overlap(rule) : error;
        });
        const payload = { price_rule_id: priceRuleId, reservoir_id: reservoirId, currency };
        await emitEvents(trx, [
          priceRuleCreated.of({ accountId, subjectId: priceRuleId, actorPrincipalId: principalId, payload }),
        ]);
      });
      return priceRuleId;
    },
  };
}
export type PriceRuleRecords = ReturnType<typeof createPriceRuleRecords>;

const overlap = ({ reservoirId, currency, minVolumeLiters, maxVolumeLiters }: NewPriceRule) =>
  failure('PRICE_RULE_OVERLAP', {
    conflict: {
      conflict_type: 'PRICE_RULE_OVERLAP',
      resource: `reservoir/${reservoirId}`,
      requested: { currency, min_volume_liters: minVolumeLiters, max_volume_liters: maxVolumeLiters },
      retryable: false,
    },
  });
