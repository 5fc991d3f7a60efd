import { Readable } from 'node:stream';
import { assertKey, assertPrefix, measured, type Bytes, type ObjectStore } from './object-store.js';

interface S3Options {
  bucket: string;
  region: string;
  /** Of a server other than Amazon's; the bucket is then in the path, not in the host. */
  endpoint?: string | undefined;
  /** By default the SDK finds credentials of the machine. */
  credentials?: { accessKeyId: string; secretAccessKey: string } | undefined;
}

const partBytes = 8 * 2 ** 20;
/** Parts under way side by side: an upload holds so many parts in memory. */
const queueSize = 2;

/**
 * Objects in a bucket. The SDK is loaded with the first object: a process without objects pays
 * nothing.
 */
export function createS3ObjectStore(options: S3Options): ObjectStore & { close(): Promise<void> } {
  const { bucket: Bucket } = options;
  let opened: ReturnType<typeof openClient> | undefined;
  const s3 = () => (opened ??= openClient(options));

  return {
    async put(key, body, limits) {
      assertKey(key);
      const { sdk, client } = await s3();
      const { Upload } = await import('@aws-sdk/lib-storage');
      const incoming = measured(body, limits);
      const upload = new Upload({
        client,
        params: { Bucket, Key: key, Body: Readable.from(incoming.body, { objectMode: false }) },
        partSize: partBytes,
        queueSize,
        leavePartsOnError: true,
      });
      try {
        await upload.done();
      } catch (error) {
        // Aborted here, not by the SDK, which would answer with the outcome of the abort instead of
        // the cause.
        const { uploadId: UploadId } = upload;
        if (UploadId !== undefined)
          await client
            .send(new sdk.AbortMultipartUploadCommand({ Bucket, Key: key, UploadId }))
            .catch(() => undefined);
        throw error;
      }
      return incoming.content();
    },

    async get(key) {
      assertKey(key);
      const { sdk, client } = await s3();
      const found = await client
        .send(new sdk.GetObjectCommand({ Bucket, Key: key }))
        .catch(unlessMissing);
      return found && (found.Body as Bytes);
    },

    async head(key) {
      assertKey(key);
      const { sdk, client } = await s3();
      const found = await client
        .send(new sdk.HeadObjectCommand({ Bucket, Key: key }))
        .catch(unlessMissing);
      return (
        found && {
          key,
          sizeBytes: found.ContentLength ?? 0,
          storedAt: found.LastModified ?? new Date(),
        }
      );
    },

    async delete(key) {
      assertKey(key);
      const { sdk, client } = await s3();
      await client.send(new sdk.DeleteObjectCommand({ Bucket, Key: key })).catch(unlessMissing);
    },

    async *list(prefix) {
      assertPrefix(prefix);
      const { sdk, client } = await s3();
      for await (const { Contents } of sdk.paginateListObjectsV2(
        { client },
        { Bucket, Prefix: prefix },
      ))
        for (const { Key, Size, LastModified } of Contents ?? [])
          if (Key !== undefined && !Key.endsWith('/'))
            yield { key: Key, sizeBytes: Size ?? 0, storedAt: LastModified ?? new Date() };
    },

    async forgetUnfinished(before) {
      const { sdk, client } = await s3();
      let forgotten = 0;
      let marker: { KeyMarker?: string | undefined; UploadIdMarker?: string | undefined } = {};
      for (;;) {
        const page = await client.send(new sdk.ListMultipartUploadsCommand({ Bucket, ...marker }));
        for (const { Key, UploadId, Initiated } of page.Uploads ?? []) {
          if (!Key || !UploadId || !Initiated || Initiated >= before) continue;
          await client
            .send(new sdk.AbortMultipartUploadCommand({ Bucket, Key, UploadId }))
            .catch(unlessMissing);
          forgotten += 1;
        }
        if (!page.IsTruncated) return forgotten;
        marker = { KeyMarker: page.NextKeyMarker, UploadIdMarker: page.NextUploadIdMarker };
      }
    },

    async close() {
      (await opened)?.client.destroy();
    },
  };
}

async function openClient({ region, endpoint, credentials }: S3Options) {
  const sdk = await import('@aws-sdk/client-s3');
  const given = {
    ...(endpoint ? { endpoint, forcePathStyle: true } : {}),
    ...(credentials ? { credentials } : {}),
  };
  return { sdk, client: new sdk.S3Client({ region, ...given }) };
}

function unlessMissing(error: unknown): undefined {
  const { $metadata } = Object(error) as { $metadata?: { httpStatusCode?: number } };
  if ($metadata?.httpStatusCode !== 404) throw error;
}
