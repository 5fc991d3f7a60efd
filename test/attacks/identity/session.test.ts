import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { createIdentityApi, type IdentityApi, type Tokens } from '../../identity/identity-api.js';
import { attackChance, attackRounds, attackRun } from '../attack-rounds.js';

let api: IdentityApi;
beforeAll(async () => {
  api = await createIdentityApi();
});
afterAll(() => api.drop());

const refresh = (token: unknown) =>
  api.request.post('/v1/auth/refresh').send({ refresh_token: token });
const me = (token: string) => api.request.get('/v1/me').set('Authorization', `Bearer ${token}`);

describe('a refresh token', () => {
  it('has one successor, however many ask at once', async () => {
    const { refresh_token: token } = await api.signUp();
    const answers = await Promise.all(
      Array.from({ length: 100 * attackRounds }, () => refresh(token)),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    const successors = new Set(answers.map(({ body }) => (body as Tokens).refresh_token));
    expect(successors.size).toBe(1);
    expect(successors.has(token)).toBe(false);
  });

  it('ends its whole family when it comes back later, the access tokens among it', async () => {
    const first = await api.signUp();
    const { body: second } = (await refresh(first.refresh_token).expect(200)) as { body: Tokens };
    const { body: third } = (await refresh(second.refresh_token).expect(200)) as { body: Tokens };
    await me(third.access_token).expect(200);
    await refresh(first.refresh_token).expect(401);
    for (const { refresh_token: token } of [first, second, third]) await refresh(token).expect(401);
    await sleep(1_050);
    for (const { access_token: token } of [first, second, third]) await me(token).expect(401);
  });

  it('of one person ends nobody else’s session', async () => {
    const [victim, stranger] = [await api.signUp(), await api.signUp()];
    const { body: second } = (await refresh(stranger.refresh_token).expect(200)) as {
      body: Tokens;
    };
    await refresh(second.refresh_token).expect(200);
    await refresh(stranger.refresh_token).expect(401);
    await refresh(victim.refresh_token).expect(200);
  });

  it('is no access token, nor the other way round', async () => {
    const { access_token: access, refresh_token: token } = await api.signUp();
    await me(token).expect(401);
    expect([401, 422]).toContain((await refresh(access)).status);
  });

  it(`is not found by what is like it (${attackRun})`, async () => {
    const { refresh_token: token } = await api.signUp();
    const chance = attackChance();
    const shapes = [
      '',
      ' ',
      '.',
      '0',
      '%',
      "' or true --",
      '*',
      'null',
      `${token} `,
      ` ${token}`,
      `${token}\0`,
    ];
    const halves = [
      token.slice(1),
      token.slice(0, -1),
      token.toUpperCase(),
      token.toLowerCase(),
      token + token,
    ];
    const others = [null, true, 0, [], [token], { $ne: '' }, { token }];
    const random = Array.from({ length: 20 * attackRounds }, () => {
      const index = chance.below(token.length);
      const changed = chance.of([...'abcdefgh01234567']);
      const spoilt = token.slice(0, index) + changed + token.slice(index + 1);
      return spoilt === token ? randomBytes(32).toString('base64url') : spoilt;
    });
    const odd: unknown[] = [];
    for (const guess of [...shapes, ...halves, ...others, ...random].filter(
      (each) => each !== token,
    )) {
      const { status, body } = await refresh(guess);
      if (![401, 422].includes(status)) odd.push([guess, status, body]);
    }
    expect(odd).toEqual([]);
    await refresh(token).expect(200);
  });
});
