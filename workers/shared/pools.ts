import type pg from 'pg';
import type { Config } from '../../config.js';
import { createDatabase, createRolePool, type Database } from '../../db/shared/database.js';
import { assertBoundRole } from '../../db/shared/role-guard.js';
import { contextKey } from './context-key.js';

/** A database under signed contexts, refused when row-level security does not bind its role. */
export async function openDatabase(config: Config, url: string): Promise<Database> {
  await guardRole(url);
  return createDatabase({ url, contextKey: contextKey(config), poolMax: config.DATABASE_POOL_MAX });
}

/** A pool of a role with policies of its own, likewise. */
export async function openRolePool(url: string, max?: number): Promise<pg.Pool> {
  await guardRole(url);
  return createRolePool(url, max === undefined ? {} : { max });
}

async function guardRole(url: string): Promise<void> {
  const pool = createRolePool(url, { max: 1 });
  try {
    await assertBoundRole(pool);
  } finally {
    await pool.end();
  }
}
