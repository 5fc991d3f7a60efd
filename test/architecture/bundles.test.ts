import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from '@temporalio/client';
import {
  bundleWorkflowCode,
  DefaultLogger,
  NativeConnection,
  Runtime,
  Worker,
} from '@temporalio/worker';
import ts from 'typescript';
import { workflowDomains } from '../../temporal-config/bundle.js';
import { eventually } from '../support/timing/eventually.js';
import { testServers } from '../support/servers/test-servers.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const entryOf = (domain: string) => join(root, 'workflows', domain, 'index.ts');
/** The SDK's own part is 1.6 MiB with the source map; ajv would add 0.9. */
const maxBundleBytes = 2.2 * 2 ** 20;
/**
 * The worker's words for a workflow type missing in a bundle, once all modules of the bundle have
 * run.
 */
const allModulesRan = /no such function is exported by the workflow bundle/;

const { temporal, bundles } = testServers();
let connection: NativeConnection;
let dir: string;
beforeAll(async () => {
  // Faults provoked here would each be logged at length.
  Runtime.install({
    logger: new DefaultLogger('ERROR', () => {}),
    telemetryOptions: { logging: { forward: {} } },
  });
  connection = await NativeConnection.connect({ address: temporal.address });
  dir = await mkdtemp(join(tmpdir(), 'millrace-bundles-'));
  await symlink(join(root, 'node_modules'), join(dir, 'node_modules'));
});
afterAll(async () => {
  await connection.close();
  await rm(dir, { recursive: true, force: true });
});

describe.each(workflowDomains)('the workflow bundle of %s', (domain) => {
  const codePath = () => bundles[domain] ?? '';

  it('names workflows only, one by one', async () => {
    expect(strayExports(await readFile(entryOf(domain), 'utf8'))).toEqual([]);
  });

  it('is small and holds no package but those of Temporal', async () => {
    expect((await stat(codePath())).size).toBeLessThan(maxBundleBytes);
    expect(await foreignPackages(codePath())).toEqual([]);
  });

  it('runs on a real worker, every module of it', async () => {
    expect(await firstWords(codePath())).toMatch(allModulesRan);
  });
});

describe('the checks of the bundles', () => {
  it('find ajv', async () => {
    const codePath = await bundleOf(
      'ajv',
      "import { Ajv } from 'ajv'; export async function w() { return typeof Ajv; }",
    );
    expect(await foreignPackages(codePath)).toContain('ajv');
    expect((await stat(codePath)).size).toBeGreaterThan(maxBundleBytes);
  });

  it('find a Node global at module level, with which a workflow would stay running for ever', async () => {
    const codePath = await bundleOf(
      'buffer',
      "const b = Buffer.from('x'); export async function w() { return b.length; }",
    );
    expect(await firstWords(codePath)).toMatch(/Buffer is not defined/);
  });

  it.each([
    "export * from './order.workflow.js';",
    "export { orderWorkflow, stateOf } from './order.workflow.js';",
    "export { orderWorkflow } from './order.rules.js';",
    'export const orderWorkflow = async () => 1;',
    "import './order.workflow.js';",
  ])('find the stray export in: %s', (text) => {
    expect(strayExports(text)).toHaveLength(1);
  });
});

const packagesOfTemporal = [
  '@temporalio/common',
  '@temporalio/workflow',
  'long',
  'ms',
  'nexus-rpc',
];

async function foreignPackages(codePath: string): Promise<string[]> {
  const names = (await readFile(codePath, 'utf8')).matchAll(
    /node_modules\/((?:@[\w.-]+\/)?[\w.-]+)\//g,
  );
  return [...new Set([...names].map(([, name]) => name ?? ''))].filter(
    (name) => !packagesOfTemporal.includes(name),
  );
}

/**
 * Content of an entry file besides `export { nounWorkflow } from './noun.workflow.js'`: every
 * export becomes a workflow type.
 */
function strayExports(text: string): string[] {
  const { statements } = ts.createSourceFile('index.ts', text, ts.ScriptTarget.ES2022, true);
  return statements
    .filter((statement) => !isWorkflowExport(statement))
    .map((statement) => statement.getText());
}

function isWorkflowExport(statement: ts.Statement): boolean {
  if (
    !ts.isExportDeclaration(statement) ||
    !statement.exportClause ||
    !ts.isNamedExports(statement.exportClause)
  )
    return false;
  const from = statement.moduleSpecifier?.getText().slice(1, -1) ?? '';
  const names = statement.exportClause.elements.map(({ name }) => name.text);
  return (
    /^\.\/[a-z-]+\.workflow\.js$/.test(from) &&
    names.every((name) => /^[a-z]\w*Workflow$/.test(name))
  );
}

async function bundleOf(name: string, text: string): Promise<string> {
  const folder = join(dir, name);
  await mkdir(folder);
  await writeFile(join(folder, 'index.ts'), text);
  const { code } = await bundleWorkflowCode({
    workflowsPath: folder,
    logger: new DefaultLogger('ERROR'),
  });
  const codePath = join(folder, 'bundle.js');
  await writeFile(codePath, code);
  return codePath;
}

/** The failure of a worker's first task for a workflow type missing in every bundle. */
async function firstWords(codePath: string): Promise<string> {
  const { namespace } = temporal;
  const taskQueue = `bundle-${randomUUID()}`;
  const worker = await Worker.create({
    connection,
    namespace,
    taskQueue,
    workflowBundle: { codePath },
  });
  const running = worker.run();
  const handle = await new Client({ connection, namespace }).workflow.start('noSuchWorkflow', {
    workflowId: taskQueue,
    taskQueue,
  });
  try {
    return await eventually(async () => {
      const { events } = await handle.fetchHistory();
      const failed = events?.find((event) => event.workflowTaskFailedEventAttributes);
      if (!failed) throw new Error('its first task has not failed yet');
      return failed.workflowTaskFailedEventAttributes?.failure?.message ?? '';
    });
  } finally {
    await handle.terminate();
    worker.shutdown();
    await running;
  }
}
