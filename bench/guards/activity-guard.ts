import { randomBytes } from 'node:crypto';
import { defaultPayloadConverter } from '@temporalio/common';
import type { Context } from '@temporalio/activity';
import type { ActivityExecuteInput } from '@temporalio/worker';
import type { Inputs } from '../../activities/shared/input.js';
import { orderInputs } from '../../activities/water/order.inputs.js';
import { activityGuard } from '../../workers/signing/activity-guard.js';
import { createActorSignatures } from '../../workers/signing/actor-signature.js';
import { createLogger } from '../../workers/observability/logger.js';
import { createProcessMetrics } from '../../workers/process/process-metrics.js';
import { createStartSignatures } from '../../workers/signing/start-signature.js';
import { actorSignatureHeader, startSignatureHeader } from '../../workflows/shared/propagation.js';

const rounds = 7;
const callsPerRound = 5_000;

/**
 * Extra microseconds of an order's step for checking the input, the start of the workflow and the
 * caller first.
 */
export async function activityGuardMicroseconds(): Promise<number> {
  const key = randomBytes(32).toString('hex');
  const [starts, actors] = [
    createStartSignatures({ deriveKey: () => key }),
    createActorSignatures({ deriveKey: () => key }),
  ];
  const { example, startOf, callOf } = orderInputs.recordTransition;
  const start = startOf(example, 'water');
  const update = callOf?.(example);
  if (!update) throw new Error('nobody acts in the example of an order’s step');
  const input: ActivityExecuteInput = {
    args: [...example],
    headers: {
      [startSignatureHeader]: defaultPayloadConverter.toPayload(starts.sign(start)),
      [actorSignatureHeader]: defaultPayloadConverter.toPayload(actors.sign(start.id, update)),
    },
  };
  const guard = activityGuard({
    inputs: orderInputs as object as Inputs,
    starts,
    actors,
    isFromBefore: () => Promise.resolve(false),
    logger: createLogger({ level: 'silent', process: 'bench' }),
    metrics: createProcessMetrics(),
  });
  const info = {
    activityType: 'recordTransition',
    workflowType: start.type,
    workflowExecution: { workflowId: start.id, runId: 'run' },
    taskQueue: 'water',
  };
  const execute = guard({ info } as unknown as Context).inbound?.execute;
  if (!execute) throw new Error('the guard looks at nothing');
  const next = (): Promise<unknown> => Promise.resolve();
  const timed = async (work: () => Promise<unknown>): Promise<number> => {
    const startedAt = performance.now();
    for (let n = 0; n < callsPerRound; n += 1) await work();
    return ((performance.now() - startedAt) * 1_000) / callsPerRound;
  };
  const costs: number[] = [];
  for (let round = 0; round <= rounds; round += 1) {
    const bare = await timed(next);
    const guarded = await timed(() => execute(input, next));
    // The first is warm-up.
    if (round > 0) costs.push(guarded - bare);
  }
  return costs.sort((a, b) => a - b)[Math.floor(costs.length / 2)] ?? NaN;
}
