import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { WorkflowHandle } from '@temporalio/client';
import proto from '@temporalio/proto';

/** The executions of one kind's stories, by the name of the story. */
export type Played = Record<string, Pick<WorkflowHandle, 'fetchHistory'>>;

export interface Recorded {
  name: string;
  workflowId: string;
  history: proto.temporal.api.history.v1.IHistory;
}

const { History, HistoryEvent } = proto.temporal.api.history.v1;
// Not the SDK's historyToJSON: throws where npm gives the package a separate protobufjs.
const asJson = { longs: String, enums: String, bytes: String };
const folderOf = (kind: string) => fileURLToPath(new URL(`${kind}/`, import.meta.url));

/** Keeps the histories of a kind, without traces of the recording machine. */
export async function record(kind: string, played: Played): Promise<void> {
  await mkdir(folderOf(kind), { recursive: true });
  for (const [name, execution] of Object.entries(played)) {
    const { events } = await execution.fetchHistory();
    const lines = (events ?? []).map((event) =>
      JSON.stringify(HistoryEvent.toObject(HistoryEvent.fromObject(event), asJson), impersonal),
    );
    await writeFile(`${folderOf(kind)}${name}.json`, `{"events":[\n${lines.join(',\n')}\n]}\n`);
  }
}

export async function recordedOf(kind: string): Promise<Recorded[]> {
  const files = await readdir(folderOf(kind)).catch(() => []);
  return Promise.all(
    files.map(async (file) => {
      const history = History.fromObject(
        JSON.parse(await readFile(folderOf(kind) + file, 'utf8')) as object,
      );
      const workflowId =
        history.events[0]?.workflowExecutionStartedEventAttributes?.workflowId ?? '';
      return { name: file.replace('.json', ''), workflowId, history };
    }),
  );
}

/** Process and host names, and stacks with paths. */
function impersonal(key: string, value: unknown): unknown {
  if (key === 'identity') return 'recorder';
  if (key === 'stackTrace') return '';
  // A digest that may look like anything, a phone number included.
  if (key === 'buildId') return 'build';
  if (isStickyQueue(value)) return { ...value, name: 'sticky' };
  return value;
}

const isStickyQueue = (value: unknown): value is object =>
  typeof value === 'object' &&
  value !== null &&
  'kind' in value &&
  value.kind === 'TASK_QUEUE_KIND_STICKY';
