import { readFileSync } from 'node:fs';
import type { JsonWebKey } from 'node:crypto';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createCheckpointCopies } from './audit/checkpoint-copies.js';
import { createWitnessObjects } from '../activities/shared/witness-objects.js';
import { loadConfig, required, type Config } from '../config.js';
import { ConfigError } from '../processes/startup-failure.js';
import { auditKeyViews } from '../db/platform/audit/audit-key.views.js';
import { auditCheckpointViews } from '../db/platform/audit/audit-checkpoint.views.js';
import { auditWitnessViews } from '../db/platform/audit/audit-witness.views.js';
import { platformAccountId, type Database } from '../db/connection/database.js';
import { verifyAuditExport } from './audit/audit-export-verification.js';
import { createAuditVerification, describeFault } from './audit/audit-verification.js';
import { objectFolder, openObjectStore } from './process/object-store.js';
import { withOwnSystem } from './dev/own-system.js';
import { openDatabase } from './process/signed-database.js';
import { brokenCode, runProgram } from './process/program.js';
import { verifyWitnesses } from './audit/witness-verification.js';

/**
 * `npm run audit:verify`: all chains and checkpoints in the database of DATABASE_URL, and the
 * witnesses and the copies of the checkpoints in the object store; `-- --account ID`: one chain.
 * `--keys FILE` holds the trusted public keys (a JWK set) instead of the database's own. `--export
 * FOLDER`: the files of an export, without a database; without `--keys`, the keys are in
 * FOLDER/keys.json. Ends with 1 and a line for each broken chain at the first damaged entry, and
 * with 2 where the check could not run, as without any witness of the entries.
 */
const accountId = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const text = { type: 'string' } as const;
let values: {
  account?: string | undefined;
  keys?: string | undefined;
  export?: string | undefined;
} = {};

await runProgram(verify);

async function verify(): Promise<void> {
  values = parseOptions();
  const faults = values.export
    ? await verifyExport(values.export)
    : await verifyDatabase(loadConfig(withOwnSystem(process.env)));
  for (const fault of faults) console.error(fault);
  if (faults.length > 0) process.exitCode = brokenCode;
}

function parseOptions(): typeof values {
  try {
    const options = parseArgs({ options: { account: text, keys: text, export: text } }).values;
    if (options.account !== undefined && !accountId.test(options.account))
      throw new ConfigError(`${options.account} is no account's id, which is a UUID`);
    return options;
  } catch (error) {
    if (error instanceof ConfigError) throw error;
    throw new ConfigError(
      `${String(error)}\nnpm run audit:verify -- [--account ID] [--keys FILE] [--export FOLDER]`,
      {
        cause: error,
      },
    );
  }
}

async function verifyExport(folder: string): Promise<string[]> {
  const { entries, faults } = await verifyAuditExport(
    folder,
    keysIn(values.keys ?? join(folder, 'keys.json')),
  );
  if (faults.length === 0) console.log(`the export's ${entries} entries are what was signed`);
  return faults;
}

async function verifyDatabase(config: Config): Promise<string[]> {
  const database = await openDatabase(config, required(config, 'DATABASE_URL'));
  try {
    return values.account
      ? await verifyOne(config, database, values.account)
      : await verifyAll(config, database);
  } finally {
    await database.close();
  }
}

async function verifyOne(config: Config, database: Database, accountId: string): Promise<string[]> {
  const { outside, verification } = await openVerification(config, database);
  const { entries, fault } = await verification.verifyChain(accountId);
  const lines = [...(fault ? [describeFault(fault)] : []), ...outside.faults];
  if (lines.length > 0) return lines;
  assertWitnessed(config, { entries, witnesses: outside.witnesses });
  console.log(`account ${accountId}: ${entries} entries are what was written`);
  return [];
}

async function verifyAll(config: Config, database: Database): Promise<string[]> {
  const { keys, outside, verification } = await openVerification(config, database);
  const { chains, entries, checkpoints, faults } = await verification.verifyAll(keys);
  const lines = [
    ...faults.map(describeFault),
    ...outside.faults,
    ...(await faultsOfCopies(config, database, checkpoints)),
  ];
  if (lines.length > 0) return lines;
  assertWitnessed(config, { entries, witnesses: outside.witnesses });
  const signed = `${checkpoints} checkpoints and ${outside.witnesses} witnesses`;
  console.log(`${chains} chains with ${entries} entries, ${signed} are what was written`);
  return [];
}

/**
 * Refuses to call a log well that no witness knows: the database's own word is no evidence, and the
 * object store may be another installation's. Workers sign the first witness within a minute.
 */
function assertWitnessed(config: Config, counts: { entries: number; witnesses: number }): void {
  if (counts.entries === 0 || counts.witnesses > 0) return;
  const place = objectFolder(config) ?? `the bucket ${config.S3_BUCKET}`;
  throw new ConfigError(
    `${place} has no witness of the ${counts.entries} entries, so nothing can be said of them: ` +
      'OBJECT_DIR or S3_BUCKET is of another installation, or no worker has run for a minute yet',
  );
}

/**
 * With the knowledge from outside the database: the witnesses in the object store, and the key of
 * proofs.
 */
async function openVerification(config: Config, database: Database) {
  const platform = database.reads({ accountId: platformAccountId });
  const keys = values.keys ? keysIn(values.keys) : await auditKeyViews(platform).publicKeys();
  const objects = createWitnessObjects(openObjectStore(config));
  const outside = await verifyWitnesses(objects, auditWitnessViews(platform), keys);
  const proofKey = config.deriveKey('audit entries');
  return {
    keys,
    outside,
    verification: createAuditVerification(database, { proofKey, witnesses: outside.chains }),
  };
}

function keysIn(path: string): JsonWebKey[] {
  const { keys } = Object(parsedFile(path)) as { keys?: unknown };
  if (!Array.isArray(keys)) throw new ConfigError(`${path} is no JWK set`);
  return keys as JsonWebKey[];
}
function parsedFile(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new ConfigError(`${path} cannot be read: ${String(error)}`, { cause: error });
  }
}
/** Every checkpoint but the newest must have a copy: the newest may be about to be copied. */
async function faultsOfCopies(
  config: Config,
  database: Database,
  checkpoints: number,
): Promise<string[]> {
  const copies = createCheckpointCopies(openObjectStore(config));
  const views = auditCheckpointViews(database.reads({ accountId: platformAccountId }));
  const last = Math.max(await copies.newest(), checkpoints - 1);
  for (let number = 1; number <= last; number += 1) {
    const [[stored], copy] = await Promise.all([views.page(number - 1, 1), copies.read(number)]);
    if (!copy) return [`checkpoint ${number}: its copy is missing`];
    if (JSON.stringify(stored) !== JSON.stringify(copy))
      return [`checkpoint ${number}: its copy says something else`];
  }
  return [];
}
