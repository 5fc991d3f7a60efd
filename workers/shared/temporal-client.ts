import { Client, type ConnectionLike } from '@temporalio/client';
import type { Config } from '../../config.js';
import { createActorSignatures } from './actor-signature.js';
import { signingInterceptors } from './signing-interceptors.js';
import { createStartSignatures } from './start-signature.js';
import { clientInterceptors } from './tracing/client-interceptors.js';
import { isTracing } from './tracing/settings.js';

/** The client of a process that starts workflows: it signs each start, and hands on whose request it is for. */
export async function createTemporalClient(config: Config, connection: ConnectionLike): Promise<Client> {
  const { workflow } = await clientInterceptors(isTracing(config));
  const signing = signingInterceptors(createStartSignatures(config), createActorSignatures(config));
  const interceptors = { workflow: [...workflow, ...signing.workflow], schedule: signing.schedule };
  return new Client({ connection, namespace: config.TEMPORAL_NAMESPACE, interceptors });
}
