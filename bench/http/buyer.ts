import { demoLogins, seedDemo } from '../../workers/demo/demo-seed.js';
import type { Stack } from '../shared/stack.js';

/** A signed-in company, to send requests and orders for. */
interface Buyer {
  accountId: string;
  headers: Record<string, string>;
}

export async function signIn({ database }: Stack, apiPort: number): Promise<Buyer> {
  const { accountId } = await seedDemo({ database, planId: 'pro' });
  const [owner] = demoLogins;
  const response = await fetch(`http://127.0.0.1:${apiPort}/v1/auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ username: owner?.email, password: owner?.password }),
  });
  if (!response.ok) throw new Error(`signing in was answered with ${response.status}`);
  const { access_token: token } = (await response.json()) as { access_token: string };
  return { accountId, headers: { authorization: `Bearer ${token}` } };
}
