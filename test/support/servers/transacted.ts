import type { Database, ScopeContext, WriteScope } from '../../../db/connection/database.js';

type Work = (...given: never[]) => Promise<unknown>;

/** Records or a store with each call a separate transaction, as a route or an activity makes. */
export function transacted<Made extends Readonly<Record<keyof Made, Work>>>(
  database: Pick<Database, 'transaction'>,
  context: ScopeContext,
  make: (scope: WriteScope) => Made,
): Made {
  const call =
    (name: PropertyKey) =>
    (...given: never[]): Promise<unknown> =>
      database.transaction(context, (scope) => make(scope)[name as keyof Made](...given));
  return new Proxy({} as Made, { get: (_made, name) => call(name) });
}
