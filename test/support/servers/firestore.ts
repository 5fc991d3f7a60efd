import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A field in Firestore's REST protocol. */
type Field = { mapValue?: { fields?: Fields } } & Record<string, unknown>;
type Fields = Record<string, Field>;
interface Write {
  update?: { name: string; fields?: Fields };
  delete?: string;
}

export interface FirestoreServer {
  address: string;
  /** JSON of a service account, for the SDK; nobody checks the signature here. */
  serviceAccount: string;
  /** By path below `documents/`, as plain values. */
  documents(): Record<string, unknown>;
  /** How many commits have changed something. */
  commits(): number;
  /** The next requests are answered with 503. */
  failNext(count: number): void;
  stop(): Promise<void>;
}

export const firestoreProject = 'millrace-test';

/** Speaks as much of Firestore's REST protocol as the SDK uses for documents and transactions. */
export async function startFirestore(): Promise<FirestoreServer> {
  const stored = new Map<string, Fields>();
  let commits = 0;
  let failures = 0;

  const answers: Record<string, (body: never) => unknown> = {
    beginTransaction: () => ({ transaction: 'dDE=' }),
    rollback: () => ({}),
    batchGet: ({ documents, newTransaction }: { documents: string[]; newTransaction?: object }) =>
      documents.map((name, index) => {
        const fields = stored.get(name);
        const readTime = new Date().toISOString();
        const found = { name, fields, createTime: readTime, updateTime: readTime };
        const transaction =
          newTransaction !== undefined && index === 0 ? { transaction: 'dDE=' } : {};
        return { ...(fields ? { found } : { missing: name }), readTime, ...transaction };
      }),
    commit: ({ writes = [] }: { writes?: Write[] }) => {
      for (const { update, delete: removed } of writes) {
        if (update) stored.set(update.name, update.fields ?? {});
        if (removed !== undefined) stored.delete(removed);
      }
      if (writes.length > 0) commits += 1;
      const updateTime = new Date().toISOString();
      return { writeResults: writes.map(() => ({ updateTime })), commitTime: updateTime };
    },
  };

  const server = createServer((request, response) => {
    void bodyOf(request).then((body) => {
      const verb = /documents:(\w+)/.exec(request.url ?? '')?.[1] ?? '';
      const answer = answers[verb];
      response.setHeader('content-type', 'application/json');
      if (failures > 0) failures -= 1;
      else if (answer) return response.end(JSON.stringify(answer(JSON.parse(body) as never)));
      response.statusCode = answer ? 503 : 404;
      return response.end(
        JSON.stringify({ error: { code: response.statusCode, status: 'UNAVAILABLE' } }),
      );
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { privateKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  });
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    serviceAccount: JSON.stringify({
      project_id: firestoreProject,
      client_email: `test@${firestoreProject}.iam.gserviceaccount.com`,
      private_key: privateKey,
    }),
    documents: () =>
      Object.fromEntries(
        [...stored].map(([name, fields]) => [name.split('/documents/')[1], plainFields(fields)]),
      ),
    commits: () => commits,
    failNext: (count) => (failures = count),
    stop: async () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

const plainFields = (fields: Fields): Record<string, unknown> =>
  Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, plain(field)]));

function plain(field: Field): unknown {
  if (field.mapValue) return plainFields(field.mapValue.fields ?? {});
  if ('integerValue' in field) return Number(field['integerValue']);
  if ('nullValue' in field) return null;
  return Object.values(field)[0];
}
