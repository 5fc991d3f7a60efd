import { readFileSync } from 'node:fs';
import type { JsonWebKey } from 'node:crypto';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createCheckpointCopies } from '../activities/platform/audit-checkpoint.activities.js';
import { createWitnessObjects } from '../activities/shared/witness-objects.js';
import { loadConfig, required, type Config } from '../config.js';
import { ConfigError } from '../processes/startup-failure.js';
import { createAuditKeyViews } from '../db/platform/audit-key.views.js';
import { createAuditCheckpointViews } from '../db/platform/audit-checkpoint.views.js';
import { createAuditWitnessViews } from '../db/platform/audit-witness.views.js';
import type { Database } from '../db/shared/database.js';
import { verifyAuditExport } from './shared/audit-export-verification.js';
import { createAuditVerification, describeFault } from './shared/audit-verification.js';
import { openObjectStore } from './shared/object-store.js';
import { withOwnSystem } from './shared/own-system.js';
import { openDatabase } from './shared/signed-database.js';
import { brokenCode, runProgram } from './shared/program.js';
import { verifyWitnesses } from './shared/witness-verification.js';

/**
 * `npm run audit:verify`: all chains and checkpoints that the database of DATABASE_URL holds, and the witnesses and the copies of
 * the checkpoints in the object store; `-- --account ID`: one chain. `--keys FILE` holds the public keys (a JWK set) to believe instead of the
 * database's own. `--export FOLDER`: the files of an export, without a database; the keys are then in FOLDER/keys.json where
 * `--keys` does not say. Ends with 1 and a line for each chain at its first entry that is not what was written, and with 2 where
 * it could not look.
 */
const accountId = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const text = { type: 'string' } as const;
let values: { account?: string | undefined; keys?: string | undefined; export?: string | undefined } = {};

await runProgram(verify);

async function verify(): Promise<void> {
  values = given();
  const faults = values.export
    ? await verifyExport(values.export)
    : await verifyDatabase(loadConfig(withOwnSystem(process.env)));
  for (const fault of faults) console.error(fault);
  if (faults.length > 0) process.exitCode = brokenCode;
}

function given(): typeof values {
  try {
    const found = parseArgs({ options: { account: text, keys: text, export: text } }).values;
    if (found.account !== undefined && !accountId.test(found.account))
      throw new ConfigError(`${found.account} is no account's id, which is a UUID`);
    return found;
  } catch (error) {
    if (error instanceof ConfigError) throw error;
    throw new ConfigError(`${String(error)}\nnpm run audit:verify -- [--account ID] [--keys FILE] [--export FOLDER]`, {
      cause: error,
    });
  }
}

async function verifyExport(folder: string): Promise<string[]> {
  const { entries, faults } = await verifyAuditExport(folder, keysIn(values.keys ?? join(folder, 'keys.json')));
  if (faults.length === 0) console.log(`the export's ${entries} entries are what was signed`);
  return faults;
}

async function verifyDatabase(config: Config): Promise<string[]> {
  const database = await openDatabase(config, required(config, 'DATABASE_URL'));
  try {
    return values.account ? await verifyOne(config, database, values.account) : await verifyAll(config, database);
  } finally {
    await database.close();
  }
}

async function verifyOne(config: Config, database: Database, accountId: string): Promise<string[]> {
  const { outside, verification } = await openVerification(config, database);
  const { entries, fault } = await verification.verifyChain(accountId);
  const lines = [...(fault ? [describeFault(fault)] : []), ...outside.faults];
  if (lines.length === 0) console.log(`account ${accountId}: ${entries} entries are what was written`);
  return lines;
}

async function verifyAll(config: Config, database: Database): Promise<string[]> {
  const { keys, outside, verification } = await openVerification(config, database);
  const { chains, entries, checkpoints, faults } = await verification.verifyAll(keys);
  const lines = [...faults.map(describeFault), ...outside.faults, ...(await faultsOfCopies(config, database))];
  const signed = `${checkpoints} checkpoints and ${outside.witnesses} witnesses`;
  if (lines.length === 0) console.log(`${chains} chains with ${entries} entries, ${signed} are what was written`);
  return lines;
}

/** With what is known outside the database: the witnesses in the object store, and the key of proofs. */
async function openVerification(config: Config, database: Database) {
  const keys = values.keys ? keysIn(values.keys) : await createAuditKeyViews(database.read).publicKeys();
  const objects = createWitnessObjects(openObjectStore(config));
  const outside = await verifyWitnesses(objects, createAuditWitnessViews(database.read), keys);
  const proofKey = config.deriveKey('audit entries');
  return { keys, outside, verification: createAuditVerification(database, { proofKey, witnesses: outside.chains }) };
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
async function faultsOfCopies(config: Config, database: Database): Promise<string[]> {
  const copies = createCheckpointCopies(openObjectStore(config));
  const views = createAuditCheckpointViews(database.read);
  const newest = await copies.newest();
  for (let number = 1; number <= newest; number += 1) {
    const [[stored], copy] = await Promise.all([views.page(number - 1, 1), copies.read(number)]);
    if (!copy) return [`checkpoint ${number}: its copy is missing`];
    if (JSON.stringify(stored) !== JSON.stringify(copy)) return [`checkpoint ${number}: its copy says something else`];
  }
  return [];
}
