import { execFile, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import type { createS3ObjectStore } from '../../../activities/shared/s3-object-store.js';
import { findFreePort } from '../../../processes/port.js';
import { eventually } from '../timing/eventually.js';

const source = 'github.com/versity/versitygw/cmd/versitygw@v1.8.0';
const binDir = fileURLToPath(new URL('../../../.cache/bin', import.meta.url));
const command = join(binDir, 'versitygw');
/** Compiling the server on two busy cores. */
export const s3PatienceMs = 480_000;

/** Whether a real S3-compatible server is there, or can be made. */
export const hasS3 = existsSync(command) || spawnSync('go', ['version']).error === undefined;

type S3Options = Parameters<typeof createS3ObjectStore>[0];
interface TestS3 extends S3Options {
  client: S3Client;
  stop(): Promise<void>;
}

/** A separate real S3-compatible server over a folder, compiled once. */
export async function startS3(): Promise<TestS3> {
  await provideCommand();
  const dir = await mkdtemp(join(tmpdir(), 'millrace-s3-'));
  for (const name of ['data', 'sidecar']) await mkdir(join(dir, name));
  const port = await findFreePort();
  const credentials = { accessKeyId: 'test-access', secretAccessKey: 'test-secret' };
  const child = spawn(
    command,
    // Not every file system of a test machine has the attributes for the server's metadata.
    [
      '--port',
      `127.0.0.1:${port}`,
      '--quiet',
      'posix',
      '--sidecar',
      join(dir, 'sidecar'),
      join(dir, 'data'),
    ],
    {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: {
        ...process.env,
        ROOT_ACCESS_KEY_ID: credentials.accessKeyId,
        ROOT_SECRET_ACCESS_KEY: credentials.secretAccessKey,
      },
    },
  );
  let complaint = '';
  child.stderr.setEncoding('utf8').on('data', (text) => (complaint += text));
  const options = {
    bucket: 'objects',
    region: 'us-east-1',
    endpoint: `http://127.0.0.1:${port}`,
    credentials,
  };
  const client = new S3Client({ ...options, forcePathStyle: true, maxAttempts: 1 });
  await eventually(async () => {
    if (child.exitCode !== null) throw new Error(`the S3 server ended at once: ${complaint}`);
    await client.send(new CreateBucketCommand({ Bucket: options.bucket }));
  });
  return {
    ...options,
    client,
    stop: async () => {
      client.destroy();
      if (child.exitCode === null) {
        const ended = once(child, 'exit');
        child.kill('SIGTERM');
        await ended;
      }
      await rm(dir, { recursive: true, force: true });
    },
  };
}

async function provideCommand(): Promise<void> {
  if (existsSync(command)) return;
  await mkdir(binDir, { recursive: true });
  const partial = await mkdtemp(join(binDir, 'versitygw-'));
  await promisify(execFile)('go', ['install', source], { env: { ...process.env, GOBIN: partial } });
  await rename(join(partial, 'versitygw'), command);
  await rm(partial, { recursive: true });
}
