import { failure } from '../../workflows/shared/failure.js';
import {
  bigInteger,
  float,
  orNull,
  text,
  timestamp,
  uuid,
  type Values,
} from '../connection/column.js';
import type { WriteScope } from '../connection/database.js';
import { change, runChange } from '../shared/outbox.js';
import { newId } from '../shared/id.js';
import { ReservoirModel } from './reservoir.model.js';
import { priceRuleCreated } from './seller.events.js';

const newPriceRule = {
  reservoirId: uuid,
  currency: text,
  minVolumeLiters: float,
  maxVolumeLiters: orNull(float),
  basePricePerLiter: text,
  deliveryFeeMinor: bigInteger,
  validFrom: orNull(timestamp),
  validUntil: orNull(timestamp),
};
export type NewPriceRule = Values<typeof newPriceRule>;

const exclusionViolation = '23P01';

const createRule = change({
  name: 'priceRules.create',
  parameters: { ...newPriceRule, accountId: uuid, priceRuleId: uuid },
  row: { priceRuleId: uuid },
  text: `insert into water.price_rules (account_id, reservoir_id, price_rule_id, currency, volume_band, validity,
     base_price_per_liter, delivery_fee_minor)
   values (:accountId, :reservoirId, :priceRuleId, :currency,
     numrange(cast(:minVolumeLiters as numeric), cast(:maxVolumeLiters as numeric)),
     tstzrange(coalesce(:validFrom, now()), :validUntil), cast(:basePricePerLiter as numeric), :deliveryFeeMinor)
   returning price_rule_id`,
});

export const priceRuleRecords = (scope: WriteScope) => ({
  /**
   * Two rules of a reservoir and currency never cover the same litre at the same moment: the
   * constraint refuses the second.
   */
  async create(rule: NewPriceRule): Promise<string> {
    const { accountId, principalId, transaction } = scope;
    const { reservoirId, currency } = rule;
    const priceRuleId = newId();
    const owned = await ReservoirModel.query(transaction).findById([accountId, reservoirId]);
    if (!owned) throw failure('RESOURCE_NOT_FOUND');
    const created = priceRuleCreated.of({
      accountId,
      subjectId: priceRuleId,
      actorPrincipalId: principalId,
      payload: { price_rule_id: priceRuleId, reservoir_id: reservoirId, currency },
    });
    const parameters = { ...rule, accountId, priceRuleId };
    await runChange(scope, createRule, parameters, [created]).catch((error: unknown) => {
      throw Object(error).code === exclusionViolation ? overlap(rule) : error;
    });
    return priceRuleId;
  },
});

const overlap = ({ reservoirId, currency, minVolumeLiters, maxVolumeLiters }: NewPriceRule) =>
  failure('PRICE_RULE_OVERLAP', {
    conflict: {
      conflict_type: 'PRICE_RULE_OVERLAP',
      resource: `reservoir/${reservoirId}`,
      requested: {
        currency,
        min_volume_liters: minVolumeLiters,
        max_volume_liters: maxVolumeLiters,
      },
      retryable: false,
    },
  });
