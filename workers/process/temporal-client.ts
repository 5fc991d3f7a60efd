import { Client, type ConnectionLike } from '@temporalio/client';
import type { Config } from '../../config.js';
import { createActorSignatures } from '../signing/actor-signature.js';
import { signingInterceptors } from '../signing/signing-interceptors.js';
import { createStartSignatures } from '../signing/start-signature.js';
import { clientInterceptors } from '../observability/tracing/client-interceptors.js';
import { isTracing } from '../observability/tracing/settings.js';

/**
 * The client of a process that starts workflows: signs each start, and hands on the request's id.
 */
export async function createTemporalClient(
  config: Config,
  connection: ConnectionLike,
): Promise<Client> {
  const { workflow } = await clientInterceptors(isTracing(config));
  const signing = signingInterceptors(createStartSignatures(config), createActorSignatures(config));
  const interceptors = { workflow: [...workflow, ...signing.workflow], schedule: signing.schedule };
  return new Client({ connection, namespace: config.TEMPORAL_NAMESPACE, interceptors });
}
