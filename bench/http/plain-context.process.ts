import { required } from '../../config.js';
import type { Context } from '../../db/connection/context.js';
import { createRolePool, type Database } from '../../db/connection/database.js';
import { createReader } from '../../db/connection/reader.js';
import { ReaderScope } from '../../db/connection/scope.js';
import { startApi } from '../../workers/api.process.js';
import { runProcess } from '../../workers/process/process.js';
import { openResources } from '../../workers/process/resources.js';

/** The API with unsigned contexts for reads, for a database without verification. */
await runProcess(
  'app',
  () => ['api'],
  async (config, logger, metrics) => {
    const resources = await openResources(config, logger, metrics);
    const pool = createRolePool(required(config, 'DATABASE_URL'), {
      max: config.DATABASE_POOL_MAX,
    });
    const ask = createReader({ pool, preparedOn: new WeakMap(), sign: plain }, 'read');
    const database: Database = {
      ...resources.database,
      reads: (context) => new ReaderScope(context, ask),
    };
    const api = await startApi({ ...resources, database });
    return [api, { stop: () => pool.end() }, { stop: resources.close }];
  },
);

function plain({ accountId = '', principalId = '' }: Context): string {
  return `${accountId}|${principalId}`;
}
