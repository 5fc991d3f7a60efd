import type { Transaction } from './database.js';
import { runHot } from './hot.js';
import { statement } from './reader.js';

/** Names an effect for ever: a workflow, and the step of it that asks. A retry of the step has the same key. */
export interface EffectKey {
  workflowId: string;
  /** Unique within the workflow, also where a step comes round again: `remind/2`. */
  step: string;
}

// Waits for whoever is at the same step now, and then finds what that one did.
const take = statement(
  'effects.take',
  'insert into platform.effects (workflow_id, step) values (?, ?) on conflict do nothing returning true as taken',
);
const keep = statement(
  'effects.keep',
  `update platform.effects e set result = ?::jsonb
   where e.account_id = (select platform.current_account_id()) and e.workflow_id = ? and e.step = ?`,
);
// A statement of its own: it sees what the insert before it waited for.
const found = statement(
  'effects.found',
  `select e.result from platform.effects e
   where e.account_id = (select platform.current_account_id()) and e.workflow_id = ? and e.step = ?`,
);

/**
 * Does `work` once for a key, however often it is called, and answers what the first time answered, as JSON keeps it. Key and
 * effect are of one transaction: when `work` throws, let it through, so that both are undone and the next try does the work.
 */
export async function once<Result>(
  trx: Transaction,
  { workflowId, step }: EffectKey,
  work: () => Promise<Result>,
): Promise<Result> {
  const [taken] = await runHot(trx, take, [workflowId, step]);
  if (!taken) {
    const [first] = await runHot<{ result: Result | null }>(trx, found, [workflowId, step]);
    return (first?.result ?? undefined) as Result;
  }
  const result = await work();
  if (result !== undefined && result !== null) await runHot(trx, keep, [JSON.stringify(result), workflowId, step]);
  return result;
}
