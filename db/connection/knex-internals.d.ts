// The two classes of knex (pinned) extended by the signed transaction; knex publishes no types for
// either.
declare module 'knex/lib/dialects/postgres/index.js' {
  import type { Client } from 'pg';

  export default class PostgresClient {
    constructor(config: unknown);
    transaction(work: unknown, config: unknown, ...rest: unknown[]): unknown;
    _query(connection: Client, query: unknown): Promise<unknown>;
  }
}

declare module 'knex/lib/dialects/postgres/execution/pg-transaction.js' {
  import type { Client } from 'pg';

  export default class PostgresTransaction {
    constructor(client: unknown, ...rest: unknown[]);
    _completed: boolean;
    _resolver(value: unknown): void;
    _rejecter(error: unknown): void;
    begin(connection: Client): Promise<unknown>;
    query(connection: Client, sql: string, status?: number, value?: unknown): Promise<unknown>;
  }
}
