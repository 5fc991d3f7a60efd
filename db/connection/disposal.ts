import type pg from 'pg';

/** PostgreSQL's "prepared statement does not exist". */
const unpreparedState = '26000';

/** Marks a connection of unknown state: knex's pool opens another connection in its place. */
export function dispose(connection: pg.ClientBase, fault: unknown): void {
  (connection as { __knex__disposed?: unknown }).__knex__disposed = fault;
}

/** Likewise a connection on which somebody took away what this process had prepared. */
export function disposeIfUnprepared(connection: pg.ClientBase, fault: unknown): void {
  if (Object(fault).code === unpreparedState) dispose(connection, fault);
}
