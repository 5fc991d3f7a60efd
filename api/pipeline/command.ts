import { commandRecords } from '../../db/platform/command.records.js';
import { crashPoint } from '../../db/connection/crash-point.js';
import type { Database } from '../../db/connection/database.js';
import { newId } from '../../db/shared/id.js';
import { asFailure, failure } from '../../workflows/shared/failure.js';
import { errorCodes } from '../../workflows/shared/error-codes.js';
import { routeName } from './audit.js';
import { keyReader, replayedHeader } from './idempotency.js';
import { effectOf, isMutating, type Command, type Layer, type Reply } from '../route/route.js';
import { changeContextOf } from './transaction.js';

export interface CommandParts {
  database: Pick<Database, 'statements'>;
}

/**
 * A request with an effect made by a workflow’s activity. The command is stored before sending, so
 * that the completing activity finds the caller, and a repeat of the key gets the workflow's
 * answer, also after a crash between effect and answer.
 */
export const command =
  ({ database }: CommandParts): Layer =>
  (route, next) => {
    const { audit } = route;
    if (!isMutating(route) || effectOf(route) !== 'workflow') return next;
    if (!audit || 'exempt' in audit)
      throw new Error(`${route.path}: a command is audited by whoever completes it`);
    const { action, subject, id = `${subject}_id` } = audit;
    const told = { action, subjectType: subject, route: routeName(route) };
    const keyOf = keyReader(route);
    return async (call) => {
      const key = keyOf(call);
      const { accountId } = call;
      const records = commandRecords(database.statements(changeContextOf(call)));
      const { commandId, isNew, result } = await records.claim({
        ...told,
        subjectId: (id === null ? undefined : call.params[id]) ?? null,
        ip: call.clientIp,
        requestId: call.requestId,
        key,
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
        // The caller waits no longer. A refused command is over; any other command may still take
        // effect, and a retry finds the command by key. Without a key no retry could, so the
        // command is forgotten.
        const isOver = key === undefined || isRefusal(error);
        await (isOver ? records.forget : records.release)(commandId).catch(() => undefined);
        // The workflow of the command has ended without completing the command: the next try is a
        // new command.
        if (!isNew && asFailure(error)?.code === 'CONFLICT')
          throw failure('SERVICE_UNAVAILABLE', { retry_after_seconds: 1 });
        throw error;
      }
      if (result !== undefined)
        return { ...reply, headers: { ...reply.headers, [replayedHeader]: 'true' } };
      // Stores the result of a command that changed no row, since no activity completed the
      // command; a repeat of the key gets the same answer.
      if (key && asked.isDone) await records.settle(commandId, asked.result);
      return reply;
    };
  };

const isRefusal = (error: unknown): boolean => {
  const code = asFailure(error)?.code;
  return code !== undefined && errorCodes[code].kind !== 'unavailable';
};
