/**
 * A small made-up domain with one of everything: the domain's own files, and the lines added to
 * existing files.
 */
export const madeUpFiles: Readonly<Record<string, string>> = {
  'workflows/wells/well.contract.ts': `
import type { SignedStart } from '../shared/start.js';

export const wellTaskQueue = 'wells';
export const wellWorkflowType = 'wellWorkflow';
export const wellWorkflowId = (wellId: string): string => \`well/\${wellId}\`;

export interface WellInput {
  accountId: string;
  wellId: string;
}

export const startOfWell = ({ accountId, wellId }: WellInput): SignedStart => ({
  type: wellWorkflowType,
  id: wellWorkflowId(wellId),
  accounts: [accountId],
});
`,
  'workflows/wells/domain.ts': `
import type { DomainWords } from '../shared/domain.js';
import { code } from '../shared/error-kinds.js';
import { startOfWell, wellWorkflowType } from './well.contract.js';

export const wellsWords = {
  errorCodes: { WELL_ALREADY_DUG: code('conflict', 'The account has a well of this name.') },
  limitedResources: ['wells'],
  starts: { [wellWorkflowType]: startOfWell },
  alertTexts: {},
  alertContexts: [],
  tags: { Wells: 'Holes with water.' },
  actingWorkflows: [],
} as const satisfies DomainWords;
`,
  'workflows/wells/well.workflow.ts': `
import { proxyActivities, setCurrentDetails } from '@temporalio/workflow';
import type { WellActivities } from '../../activities/wells/well.activities.js';
import type { WellInput } from './well.contract.js';

const { recordSurvey } = proxyActivities<WellActivities>({ startToCloseTimeout: '10 seconds' });

/**
 * The survey of a well.
 *
 * Starts when a well was dug.
 * Waits for its survey to be recorded.
 * Ends then.
 */
export async function wellWorkflow(input: WellInput): Promise<void> {
  setCurrentDetails('Waits for the survey');
  await recordSurvey(input);
}
`,
  'workflows/wells/index.ts': `export { wellWorkflow } from './well.workflow.js';\n`,
  'activities/wells/well.activities.ts': `
import type { Database } from '../../db/connection/database.js';
import { wellStore } from '../../db/wells/well.store.js';
import type { WellInput } from '../../workflows/wells/well.contract.js';

export const createWellActivities = ({ database }: { database: Database }) => ({
  /** Repeated, it changes nothing more. */
  recordSurvey: ({ accountId, wellId }: WellInput): Promise<void> =>
    wellStore(database.statements({ accountId })).recordSurvey(wellId),
});
export type WellActivities = ReturnType<typeof createWellActivities>;
`,
  'activities/wells/well.inputs.ts': `
import { startOfWell, type WellInput } from '../../workflows/wells/well.contract.js';
import { fields, id, type InputsOf } from '../shared/input.js';
import type { WellActivities } from './well.activities.js';

const example: WellInput = {
  accountId: '0198f0c2-7b1a-7c3e-9d4f-2a6b8c0d1e2f',
  wellId: '0198f0c2-7b1a-7c3e-9d4f-2a6b8c0d1e30',
};

export const wellInputs: InputsOf<WellActivities> = {
  recordSurvey: {
    schemas: [fields({ accountId: id, wellId: id })],
    startOf: ([input]) => startOfWell(input),
    example: [example],
  },
};
`,
  'db/migrations/9999_wells.ts': `
import type { Knex } from 'knex';

export async function up(knex: Knex): Promise<void> {
  await knex.raw(\`
    create schema wells;
    grant usage on schema wells to millrace_app;
    create table wells.wells (
      account_id uuid not null,
      well_id uuid not null,
      name text not null,
      is_surveyed boolean not null default false,
      is_counted boolean not null default false,
      primary key (account_id, well_id),
      unique (account_id, name)
    );
    alter table wells.wells enable row level security;
    alter table wells.wells force row level security;
    create policy account on wells.wells to millrace_app
      using (account_id = (select platform.current_account_id()))
      with check (account_id = (select platform.current_account_id()));
    create policy platform on wells.wells to millrace_app
      using ((select platform.current_account_id()) = platform.nil_uuid());
    grant select, insert, update on wells.wells to millrace_app;
    select identity.count_rows_of('wells.wells', 'wells');
  \`);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw('drop schema wells cascade');
}
`,
  'db/wells/well.events.ts': `
import { Type } from 'typebox';
import { defineEvent } from '../shared/event.js';

export const wellDug = defineEvent({
  type: 'WELL_DUG',
  version: 1,
  topic: 'wells.well.dug',
  subjectType: 'well',
  payload: Type.Object({ well_id: Type.String({ format: 'uuid' }) }, { additionalProperties: false }),
  example: { well_id: '0198f0c2-7b1a-7c3e-9d4f-2a6b8c0d1e30' },
});
`,
  'db/wells/well.records.ts': `
import { failure } from '../../workflows/shared/failure.js';
import { text, uuid } from '../connection/column.js';
import type { WriteScope } from '../connection/database.js';
import { query } from '../connection/query.js';
import { newId } from '../shared/id.js';
import { emitEvents } from '../shared/outbox.js';
import { wellDug } from './well.events.js';

const insertWell = query({
  name: 'wells.insert',
  parameters: { accountId: uuid, wellId: uuid, name: text },
  row: { wellId: uuid },
  text: \`insert into wells.wells (account_id, well_id, name) values (:accountId, :wellId, :name)
    on conflict (account_id, name) do nothing returning well_id\`,
});

export const wellRecords = (scope: WriteScope) => ({
  /** The row and its event, both or neither. */
  async dig(name: string): Promise<string> {
    const { accountId } = scope;
    const wellId = newId();
    const [dug] = await scope.run(insertWell, { accountId, wellId, name });
    if (!dug) throw failure('WELL_ALREADY_DUG');
    const payload = { well_id: wellId };
    await emitEvents(scope, [wellDug.of({ accountId, subjectId: wellId, payload })]);
    return wellId;
  },
});
`,
  'db/wells/well.store.ts': `
import { uuid } from '../connection/column.js';
import type { StatementScope } from '../connection/database.js';
import { query } from '../connection/query.js';

const survey = query({
  name: 'wells.survey',
  parameters: { accountId: uuid, wellId: uuid },
  text: \`update wells.wells w set is_surveyed = true
   where w.account_id = :accountId and w.well_id = :wellId\`,
});
const counting = query({
  name: 'wells.count',
  row: { wellId: uuid },
  text: 'update wells.wells w set is_counted = true where not w.is_counted returning w.well_id',
});

export const wellStore = (scope: StatementScope) => ({
  async recordSurvey(wellId: string): Promise<void> {
    await scope.run(survey, { accountId: scope.accountId, wellId });
  },

  countAll: async (): Promise<number> => (await scope.run(counting, {})).length,
});
`,
  'db/wells/invariant.views.ts': `
import { integer, uuid } from '../connection/column.js';
import type { ReadScope } from '../connection/database.js';
import { query } from '../connection/query.js';
import { holds, type RowInvariant } from '../shared/invariant.js';

export const wellsInvariants: readonly RowInvariant[] = [
  holds(
    'I2',
    'a well and its event',
    \`select w.well_id::text as found from wells.wells w where not exists (select 1 from platform.events e
       where e.event_type = 'WELL_DUG' and e.subject_id = w.well_id::text)\`,
  ),
];

const unsurveyedWells = query({
  name: 'invariants.unsurveyed_wells',
  parameters: { limit: integer },
  row: { wellId: uuid },
  text: 'select w.well_id from wells.wells w where not w.is_surveyed limit :limit',
});

export const wellsInvariantViews = (scope: ReadScope) => ({
  async unsurveyed(limit: number): Promise<string[]> {
    const found = await scope.read(unsurveyedWells, { limit });
    return found.map(({ wellId }) => wellId);
  },
});
`,
  'db/wells/domain.ts': `
import { eventsOf, type DatabaseDomain } from '../shared/domain.js';
import { wellsInvariants } from './invariant.views.js';
import * as well from './well.events.js';

export const wellsDatabase: DatabaseDomain = {
  name: 'wells',
  events: eventsOf(well),
  invariants: wellsInvariants,
  figures: [{ name: 'wells', table: 'wells.wells' }],
  personalData: [],
};
`,
  'api/wells/index.ts': `
import { Type } from 'typebox';
import { wellRecords } from '../../db/wells/well.records.js';
import { member, route, type Route } from '../route/route.js';
import { closedObject, uuid } from '../route/schema.js';

export function createWellsRoutes(): Route[] {
  const digWell = route({
    method: 'post',
    path: '/v1/accounts/:account_id/wells',
    summary: 'Dig a well',
    tag: 'Wells',
    access: member('OWNER'),
    uses: 'wells',
    audit: { action: 'well.dig', subject: 'well' },
    body: closedObject({ name: Type.String({ minLength: 1, maxLength: 50 }) }),
    responses: { 201: closedObject({ well_id: uuid }) },
    errors: ['WELL_ALREADY_DUG'],
  }).handledBy(async ({ scope, accountId, body }) => {
    const wellId = await wellRecords(scope).dig(body.name);
    const Location = \`/v1/accounts/\${accountId}/wells/\${wellId}\`;
    return { status: 201, body: { well_id: wellId }, headers: { Location } };
  });
  return [digWell];
}
`,
  'workers/wells/well.worker.ts': `
import { createWellActivities } from '../../activities/wells/well.activities.js';
import { wellInputs } from '../../activities/wells/well.inputs.js';
import type { Part } from '../../processes/part.js';
import { wellTaskQueue } from '../../workflows/wells/well.contract.js';
import type { Resources } from '../process/resources.js';
import { startWorker } from '../process/worker.js';

export const startWellWorker = (resources: Resources): Promise<Part> =>
  startWorker(resources, {
    domain: 'wells',
    taskQueue: resources.queueOf(wellTaskQueue),
    activities: createWellActivities(resources),
    inputs: wellInputs,
  });
`,
  'workers/wells/well.reaction.ts': `
import { createWorkflows } from '../../api/shared/workflows.js';
import { searchableBy } from '../../workflows/shared/search-attributes.js';
import { wellTaskQueue, wellWorkflowId, wellWorkflowType } from '../../workflows/wells/well.contract.js';
import type { Resources } from '../process/resources.js';
import type { InternalConsumer } from '../relay/sink.js';
import { tolerating } from '../shared/tolerating.js';

export function createWellReaction({ temporal, queueOf }: Resources): InternalConsumer {
  const workflows = createWorkflows(temporal.client);
  return {
    name: 'well-surveys',
    on: {
      WELL_DUG: ({ accountId, subjectId: wellId }) => {
        if (accountId === null) throw new Error('a well is an account’s');
        const start = workflows.start({
          workflow: wellWorkflowType,
          workflowId: wellWorkflowId(wellId),
          taskQueue: queueOf(wellTaskQueue),
          args: [{ accountId, wellId }],
          typedSearchAttributes: searchableBy('wells', accountId),
          staticSummary: 'Survey of a well',
        });
        return tolerating('CONFLICT', start);
      },
    },
  };
}
`,
  'workers/wells/well-count.task.ts': `
import type { Task } from '../../activities/platform/maintenance.activities.js';
import { platformAccountId } from '../../db/connection/database.js';
import { wellStore } from '../../db/wells/well.store.js';
import type { TaskParts } from '../shared/domain.js';

export const openWellCount =
  ({ resources: { database } }: TaskParts): Task =>
  async (progress) =>
    progress(await wellStore(database.statements({ accountId: platformAccountId })).countAll());
`,
  'workers/wells/well.invariant.ts': `
import { wellsInvariantViews } from '../../db/wells/invariant.views.js';
import { wellWorkflowId } from '../../workflows/wells/well.contract.js';
import { notAtWork } from '../invariants/workflow-standing.js';
import type { WorkflowInvariant } from '../shared/domain.js';

export const wellsAtWork: WorkflowInvariant = {
  id: 'I4',
  says: 'the survey of a well',
  breaches: async ({ admin, temporal, limit }) =>
    notAtWork(temporal, (await wellsInvariantViews(admin).unsurveyed(limit)).map(wellWorkflowId)),
};
`,
  'workers/wells/domain.ts': `
import { wellsDatabase } from '../../db/wells/domain.js';
import { dailyAt } from '../../workflows/platform/maintenance.contract.js';
import type { Domain } from '../shared/domain.js';
import { createWellReaction } from './well.reaction.js';

export const wellsDomain: Domain = {
  name: 'wells',
  database: wellsDatabase,
  routes: async () => ({ routes: (await import('../../api/wells/index.js')).createWellsRoutes() }),
  workers: async () => [(await import('./well.worker.js')).startWellWorker],
  reactions: (resources) => [createWellReaction(resources)],
  tasks: {
    'count-wells': {
      timing: dailyAt(5, 0),
      open: async (parts) => (await import('./well-count.task.js')).openWellCount(parts),
    },
  },
  reconciliations: async () => [],
  invariants: async () => [(await import('./well.invariant.js')).wellsAtWork],
};
`,
};

/** By the file: the replacement of a text there. */
export const madeUpChanges: Readonly<Record<string, readonly (readonly [string, string])[]>> = {
  'workflows/domains.ts': [
    [
      "import { waterWords } from './water/domain.js';",
      "import { waterWords } from './water/domain.js';\nimport { wellsWords } from './wells/domain.js';",
    ],
    ['  platformWords,\n]', '  platformWords,\n  wellsWords,\n]'],
  ],
  'workers/domains.ts': [
    [
      "import { waterDomain } from './water/domain.js';",
      "import { waterDomain } from './water/domain.js';\nimport { wellsDomain } from './wells/domain.js';",
    ],
    ['  platformDomain,\n]', '  platformDomain,\n  wellsDomain,\n]'],
  ],
  'db/migrations/index.ts': [
    [
      "import * as platform from './0001_platform.js';",
      "import * as platform from './0001_platform.js';\nimport * as wells from './9999_wells.js';",
    ],
    ['\n};', "\n  '9999_wells': wells,\n};"],
  ],
};

/**
 * Runs in the copy, against the servers of the tests: the domain's parts together. Prints the
 * outcome as one line of JSON.
 */
export const madeUpProgram = `
import { randomBytes } from 'node:crypto';
import { Writable } from 'node:stream';
import { roleScope } from './db/connection/database.js';
import { migrateDatabase } from './db/setup/migrate.js';
import { loadConfig } from './config.js';
import { createTestDatabase } from './test/support/servers/database.js';
import { connectTestTemporal } from './test/support/servers/temporal.js';
import { testServers } from './test/support/servers/test-servers.js';
import { signUp } from './test/support/people/actors.js';
import { createClient } from './test/support/http/api-client.js';
import { noRateLimits } from './test/support/http/rates.js';
import { queuesOf } from './test/support/system/queues.js';
import { eventually } from './test/support/timing/eventually.js';
import { startApi } from './workers/api.process.js';
import { domains } from './workers/domains.js';
import { checkInvariants } from './workers/invariants/check.js';
import { createLogger } from './workers/observability/logger.js';
import { startEventRelay } from './workers/outbox.process.js';
import { contextKey } from './workers/process/context-key.js';
import { createProcessMetrics } from './workers/process/process-metrics.js';
import { openDatabase } from './workers/process/signed-database.js';
import { createTemporalClient } from './workers/process/temporal-client.js';

const { postgres } = testServers();
const [test, temporal] = await Promise.all([createTestDatabase(), connectTestTemporal()]);
const config = loadConfig({
  NODE_ENV: 'test',
  LOG_LEVEL: 'error',
  PORT: '0',
  DOCS: 'on',
  DRAIN_DELAY_MS: '0',
  SECRET_KEY: randomBytes(48).toString('base64'),
  DATABASE_URL: test.urls.app,
  DATABASE_RELAY_URL: test.urls.relay,
  DATABASE_INGEST_URL: test.urls.ingest,
  DATABASE_MARKET_URL: test.urls.market,
  TEMPORAL_ADDRESS: temporal.address,
  TEMPORAL_NAMESPACE: temporal.namespace,
  ...noRateLimits,
});
await migrateDatabase(test.urls.owner, contextKey(config), { adminUrl: postgres.adminUrl });
const logger = createLogger({
  level: 'error',
  process: 'test',
  destination: new Writable({ write: (line, _encoding, done) => { process.stderr.write(line); done(); } }),
});
const database = await openDatabase(config, test.urls.app);
const { connection } = temporal;
const resources = {
  config,
  logger,
  metrics: createProcessMetrics(),
  database,
  temporal: { connection, client: await createTemporalClient(config, connection) },
  queueOf: queuesOf(),
  close: () => database.close(),
};
const ours = domains.filter(({ name }) => name === 'identity' || name === 'wells');
const wells = ours[1];
const starts = (await Promise.all(ours.map(({ workers }) => workers()))).flat();
const [api, ...parts] = await Promise.all([
  startApi(resources),
  startEventRelay(resources),
  ...starts.map((start) => start(resources, domains)),
]);
const client = createClient(\`http://127.0.0.1:\${api.port}\`);
const owner = await signUp(client, 'owner');
const path = \`/v1/accounts/\${owner.accountId}/wells\`;
const wellOf = async () => (await test.admin.query('select * from wells.wells')).rows[0];
const breachesOf = async () =>
  (await checkInvariants({ admin: roleScope(test.admin), temporal: resources.temporal.client }))
    .filter(({ says }) => says.includes('well'))
    .map(({ says, breaches }) => [says, breaches]);

const { well_id: wellId } = await owner.api.post(path, { name: 'North' });
const again = await owner.api.post(path, { name: 'North' }).then(() => '', (error) => error.message);
const surveyed = await eventually(async () => {
  const well = await wellOf();
  if (!well.is_surveyed) throw new Error('not surveyed yet');
  return well;
});
const workflow = await resources.temporal.client.workflow.getHandle(\`well/\${wellId}\`).describe();
const countWells = await wells.tasks['count-wells'].open({ resources, domains: [wells], relay: database });
await countWells(() => undefined);
const counted = await wellOf();
const holding = await breachesOf();
await test.admin.query('update wells.wells set is_surveyed = false');
await test.admin.query("delete from platform.deliveries; delete from platform.events where event_type = 'WELL_DUG'");
const broken = await breachesOf();
const document = await client.get('/openapi.json');
const plan = await owner.api.get(\`/v1/accounts/\${owner.accountId}/subscription\`);
console.log(JSON.stringify({
  documented: Object.keys(document.paths).filter((each) => each.endsWith('/wells')),
  again,
  isSurveyed: surveyed.is_surveyed,
  isOwners: surveyed.account_id === owner.accountId,
  workflow: [workflow.type, ...(workflow.searchAttributes?.Domain ?? [])],
  isCounted: counted.is_counted,
  used: plan.usage.wells,
  holding,
  broken: broken.map(([says, breaches]) => [says, breaches.length]),
}));
for (const part of [api, ...parts]) await part.stop();
await resources.close();
await temporal.close();
await test.drop();
process.exit(0);
`;
