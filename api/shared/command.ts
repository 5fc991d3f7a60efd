import type { RequestRecords } from '../../db/platform/request.records.js';
import { crashPoint } from '../../db/shared/crash-point.js';
import { platformAccountId } from '../../db/shared/database.js';
import { newId } from '../../db/shared/id.js';
import { asFailure, failure } from '../../workflows/shared/failure.js';
import { errorCodes } from '../../workflows/shared/error-codes.js';
import { routeName } from './audit.js';
import { keyReader, replayedHeader } from './idempotency.js';
import { effectOf, isMutating, type Command, type Layer, type Reply } from './route.js';

export type CommandRecords = Pick<RequestRecords, 'claim' | 'settle' | 'forget' | 'release'>;

/**
 * A request whose effect a workflow's activity makes: written down first, so that whoever completes it finds who asked, and so
 * that a repeat of its key answers what the workflow answered, also when everything died between the effect and the answer.
 */
export const command =
  (records: CommandRecords): Layer =>
  (route, next) => {
    const { audit } = route;
    if (!isMutating(route) || effectOf(route) !== 'workflow') return next;
    if (!audit || 'exempt' in audit) throw new Error(`${route.path}: a command is audited by whoever completes it`);
    const { action, subject, id = `${subject}_id` } = audit;
    const told = { action, subjectType: subject, route: routeName(route) };
    const keyOf = keyReader(route);
    return async (call) => {
      const key = keyOf(call);
      const { caller, accountId } = call;
      if (!caller) throw new Error('nobody knows on whose behalf');
      const owner = accountId ?? platformAccountId;
      const { commandId, isNew, result } = await records.claim({
        ...{
          ...told,
          subjectId: (id === null ? undefined : call.params[id]) ?? null,
          ip: call.clientIp,
          requestId: call.requestId,
        },
        ...{ accountId: owner, principalId: caller.principalId, key },
      });
      const asked: { isDone: boolean; result?: unknown } = { isDone: false };
      const given: Command = {
        id: commandId,
        updateId: isNew ? commandId : newId(),
        ref: { commandId, ...(accountId === undefined ? {} : { accountId }) },
        async resultOf<Result>(send: () => Promise<Result>): Promise<Result> {
          if (result !== undefined) return result as Result;
          crashPoint('api.before-update');
          asked.result = await send();
          asked.isDone = true;
          return asked.result as Result;
        },
      };
      let reply: Reply;
      try {
        reply = await next(Object.assign(call, { command: given }));
      } catch (error) {
        // Nobody waits for a command any more. One that was refused is over; another may still take effect, and its key finds it.
        // Without a key nobody could find it, so it is called off.
        const isOver = key === undefined || isRefusal(error);
        await (isOver ? records.forget : records.release)(owner, commandId).catch(() => undefined);
        // What the command had started has ended without it: the next try is another command.
        if (!isNew && asFailure(error)?.code === 'CONFLICT')
          throw failure('SERVICE_UNAVAILABLE', { retry_after_seconds: 1 });
        throw error;
      }
      if (result !== undefined) return { ...reply, headers: { ...reply.headers, [replayedHeader]: 'true' } };
      // What changed nothing was completed by nobody, and its key must answer the same again.
      if (key && asked.isDone) await records.settle(owner, commandId, asked.result);
      return reply;
    };
  };

const isRefusal = (error: unknown): boolean => {
  const code = asFailure(error)?.code;
  return code !== undefined && errorCodes[code].kind !== 'unavailable';
};
