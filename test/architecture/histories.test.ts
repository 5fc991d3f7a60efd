import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  bundleWorkflowCode,
  DefaultLogger,
  Runtime,
  Worker,
  type WorkflowBundleOption,
} from '@temporalio/worker';
import { workflowDomains } from '../../temporal-config/bundle.js';
import { recordedOf, type Recorded } from '../histories/recording.js';
import { testServers } from '../support/servers/test-servers.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const folderOf = (domain: string) => join(root, 'workflows', domain);

interface Kind {
  kind: string;
  domain: string;
  file: string;
}
const kinds: Kind[] = (await Promise.all(workflowDomains.map(kindsOf))).flat();

// Failures on purpose here would be logged at length.
beforeAll(
  () =>
    void Runtime.install({
      logger: new DefaultLogger('ERROR', () => {}),
      telemetryOptions: { logging: { forward: {} } },
    }),
);

describe.each(kinds)('the recorded histories of $kind', ({ kind, domain }) => {
  it('are there', async () => {
    expect(await recordedOf(kind)).not.toHaveLength(0);
  });

  it('replay on the workflow as it is now', async () => {
    expect(
      await replay({ codePath: testServers().bundles[domain] ?? '' }, await recordedOf(kind)),
    ).toEqual({});
  });

  it('name nobody and no machine', async () => {
    for (const { history } of await recordedOf(kind)) {
      expect(JSON.stringify(history, readable)).not.toMatch(
        /"identity":"(?!recorder")|"stackTrace":"[^"]|@example\.|\+\d{9}/,
      );
    }
  });
});

describe('the replay', () => {
  let dir: string;
  let changed: WorkflowBundleOption;
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'millrace-histories-'));
    await symlink(join(root, 'node_modules'), join(dir, 'node_modules'));
    const workflowsPath = join(dir, 'workflows');
    await mkdir(workflowsPath);
    await writeFile(join(workflowsPath, 'index.ts'), kinds.map(withTimer).join('\n'));
    changed = await bundleWorkflowCode({ workflowsPath, logger: new DefaultLogger('ERROR') });
  });
  afterAll(() => rm(dir, { recursive: true, force: true }));

  it.each(kinds)(
    'of every history of $kind fails once the workflow does one thing more',
    async ({ kind }) => {
      const recorded = await recordedOf(kind);
      const faults = await replay(changed, recorded);
      expect(Object.keys(faults)).toEqual(recorded.map(({ name }) => name));
      for (const fault of Object.values(faults)) expect(fault).toMatch(/nondeterminism/i);
    },
  );

  it('finds that a kind of workflow has no history', async () => {
    expect(await recordedOf('no-such-kind')).toEqual([]);
  });

  /** A workflow with a timer before everything the workflow did until now. */
  const withTimer = ({ kind, domain, file }: Kind): string => `
    import { sleep as ${kind}Sleep } from '@temporalio/workflow';
    import { ${kind}Workflow as ${kind} } from '${join(folderOf(domain), file)}';
    export async function ${kind}Workflow(input) { await ${kind}Sleep(1); return ${kind}(input); }`;
});

/** Payloads are kept in base64. */
const readable = (key: string, value: unknown): unknown =>
  key === 'data' && typeof value === 'string' ? Buffer.from(value, 'base64').toString() : value;

/** The kinds of workflow in a domain's worker, by the worker's entry. */
async function kindsOf(domain: string): Promise<Kind[]> {
  const entry = await readFile(join(folderOf(domain), 'index.ts'), 'utf8').catch(() => '');
  const exports = [...entry.matchAll(/export \{ (\w+)Workflow \} from '\.\/([\w.-]+)\.js'/g)];
  return exports.map(([, kind = '', file = '']) => ({ kind, domain, file: `${file}.ts` }));
}

/** Failures, by the name of the history; one worker replays one history after the other. */
async function replay(
  workflowBundle: WorkflowBundleOption,
  recorded: Recorded[],
): Promise<Record<string, string>> {
  const faults: Record<string, string> = {};
  const names = recorded.values();
  for await (const { error } of Worker.runReplayHistories({ workflowBundle }, recorded)) {
    const { name = '' } = names.next().value ?? {};
    if (error) faults[name] = String(error);
  }
  return faults;
}
