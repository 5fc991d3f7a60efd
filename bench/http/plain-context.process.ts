import { required } from '../../config.js';
import type { Context } from '../../db/shared/context.js';
import { createRolePool } from '../../db/shared/database.js';
import { createReader } from '../../db/shared/reader.js';
import { createSharedTransactions } from '../../db/shared/shared-transaction.js';
import { startApi } from '../../workers/api.process.js';
import { runProcess } from '../../workers/shared/process.js';
import { openResources } from '../../workers/shared/resources.js';

/** The API as it is, but for the context of its reads, which nobody signs: for a database that believes it. */
await runProcess(
  'app',
  () => ['api'],
  async (config, logger, metrics) => {
    const resources = await openResources(config, logger, metrics);
    const pool = createRolePool(required(config, 'DATABASE_URL'), { max: config.DATABASE_POOL_MAX });
    const parts = { pool, preparedOn: new WeakMap(), sign: plain, shared: createSharedTransactions() };
    const database = { ...resources.database, read: createReader(parts, 'read') };
    const api = await startApi({ ...resources, database });
    return [api, { stop: () => pool.end() }, { stop: resources.close }];
  },
);

function plain({ accountId = '', principalId = '' }: Context): string {
  return `${accountId}|${principalId}`;
}
