import { boolean, json, text } from '../connection/column.js';
import type { WriteScope } from '../connection/database.js';
import { query } from '../connection/query.js';

/**
 * Names an effect for ever: a workflow, and the asking step. A retry of the step has the same key.
 * Most effects have a guard of their own (docs/decisions/0008).
 */
interface EffectKey {
  workflowId: string;
  /** Unique within the workflow, also where a step comes round again: `remind/2`. */
  step: string;
}

const key = { workflowId: text, step: text };
const isKey = `e.account_id = (select platform.current_account_id())
     and e.workflow_id = :workflowId and e.step = :step`;

// Waits for another transaction at the same step, and then finds the other's result.
const keyTaking = query({
  name: 'effects.take',
  parameters: key,
  row: { isTaken: boolean },
  text: `insert into platform.effects (workflow_id, step) values (:workflowId, :step)
   on conflict do nothing returning true as is_taken`,
});
const resultKeeping = query({
  name: 'effects.keep',
  parameters: { ...key, result: json<unknown>() },
  text: `update platform.effects e set result = :result where ${isKey}`,
});
// A separate query, so that the result awaited by the insert is visible.
const firstResult = query({
  name: 'effects.found',
  parameters: key,
  row: { result: json<unknown>() },
  text: `select e.result from platform.effects e where ${isKey}`,
});

/**
 * Does `work` once for a key, however often called, and returns the first result, as stored in
 * JSON. Key and effect belong to the same transaction: an error of `work` must reach the
 * transaction, so that both are undone and the next try does the work.
 */
export async function once<Result>(
  scope: WriteScope,
  { workflowId, step }: EffectKey,
  work: () => Promise<Result>,
): Promise<Result> {
  const [taken] = await scope.run(keyTaking, { workflowId, step });
  if (!taken) {
    const [first] = await scope.run(firstResult, { workflowId, step });
    return (first?.result ?? undefined) as Result;
  }
  const result = await work();
  if (result !== undefined && result !== null)
    await scope.run(resultKeeping, { workflowId, step, result });
  return result;
}
