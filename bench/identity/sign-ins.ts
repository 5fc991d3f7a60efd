import { setTimeout as sleep } from 'node:timers/promises';
import { createPasswordHasher } from '../../api/authentication/password-hasher.js';
import { demoLogins } from '../../workers/demo/demo-seed.js';
import { compare, type Side } from '../shared/ratio.js';
import { ratioFigure, type Figure } from '../shared/report.js';
import { residentMib } from './memory.js';
import { post } from './requests.js';

const signInsARound = 60;
const together = 8;
const waiting = 64;

/** Sign-ins over HTTP, against Argon2id of the same cost; and the memory of waiting sign-ins. */
export async function benchSignIns(port: number): Promise<Figure[]> {
  const [login] = demoLogins;
  if (!login) throw new Error('the demo has no login');
  const { email: username, password } = login;
  const signIn = () => post(port, '/v1/auth/login', { username, password });
  const passwords = createPasswordHasher();
  const stored = await passwords.hash(password);
  const measured = await compare(
    inParallel(signIn),
    inParallel(() => passwords.verify(password, stored)),
  );
  return [
    ratioFigure('identity.sign_in_ratio', measured, { floor: 0.8, target: 0.95 }),
    await memoryOfWaiting(port, signIn),
  ];
}

const inParallel =
  (work: () => Promise<unknown>): Side =>
  async () => {
    const startedAt = performance.now();
    let pending = signInsARound;
    const worker = async () => {
      while (pending > 0) {
        pending -= 1;
        await work();
      }
    };
    await Promise.all(Array.from({ length: together }, worker));
    return signInsARound / ((performance.now() - startedAt) / 1_000);
  };

async function memoryOfWaiting(port: number, signIn: () => Promise<unknown>): Promise<Figure> {
  const before = await residentMib(port);
  let most = before;
  let isOver = false;
  const crowd = Promise.allSettled(Array.from({ length: waiting }, signIn)).then((answers) => {
    isOver = true;
    return answers.filter(({ status }) => status === 'fulfilled').length;
  });
  while (!isOver) {
    most = Math.max(most, await residentMib(port));
    await sleep(20);
  }
  const grown = most - before;
  return {
    name: 'identity.waiting_sign_ins_mib',
    value: grown,
    unit: 'MiB',
    limit: '≤ 64',
    isMet: grown <= 64,
    note: `${waiting} at once, ${await crowd} of them signed in; ${Math.round(before)} MiB before`,
  };
}
