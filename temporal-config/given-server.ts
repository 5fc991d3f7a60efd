import { Connection, type TLSConfig } from '@temporalio/client';
import proto from '@temporalio/proto';
import { noAnswer, StartupFailure } from '../processes/startup-failure.js';
import { searchAttributes } from './settings.js';

interface GivenTemporal {
  address: string;
  namespace: string;
  apiKey?: string | undefined;
  tls?: boolean | TLSConfig;
}

/** Checks for a server run by somebody else, and registers Millrace's missing search attributes. */
export async function prepareGivenTemporal({
  address,
  namespace,
  apiKey,
  tls = false,
}: GivenTemporal): Promise<void> {
  const connection = await Connection.connect({
    address,
    tls,
    connectTimeout: '5s',
    ...(apiKey && { apiKey }),
  }).catch((error: unknown) => {
    throw noAnswer('Temporal', `${address} (TEMPORAL_ADDRESS)`, error);
  });
  try {
    await registerSearchAttributes(connection, namespace);
  } catch (error) {
    throw new StartupFailure(
      `Temporal at ${address} does not let us see or register the search attributes of the namespace ${namespace} ` +
        `(TEMPORAL_NAMESPACE): ${String(error)}\nThey are ${Object.keys(searchAttributes).join(', ')}, all Keyword.`,
    );
  } finally {
    await connection.close();
  }
}

/** Registers the missing search attributes; a server prepared by the version before has fewer. */
async function registerSearchAttributes(connection: Connection, namespace: string): Promise<void> {
  const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace });
  const missing = Object.keys(searchAttributes).filter(
    (name) => !(name in (customAttributes ?? {})),
  );
  if (missing.length === 0) return;
  const keyword = proto.temporal.api.enums.v1.IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD;
  await connection.operatorService.addSearchAttributes({
    namespace,
    searchAttributes: Object.fromEntries(missing.map((name) => [name, keyword])),
  });
}
