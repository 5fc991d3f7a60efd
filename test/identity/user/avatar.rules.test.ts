import { expect, it } from '@jest/globals';
import { avatarOfUri } from '../../../workflows/identity/avatar.rules.js';

const [principalId, avatarId] = [
  '0198f0c2-7b1a-7c3e-9d4f-2a6b8c0d1e2f',
  '0198f0c2-7b1a-7c3e-9d4f-2a6b8c0d1e30',
];

it('a picture is named by its path, and by nothing like it', () => {
  const uri = `/v1/media/avatars/${principalId}/${avatarId}`;
  expect(avatarOfUri(uri)).toEqual({ principalId, avatarId });
  for (const other of [
    `https://elsewhere.example${uri}`,
    `${uri}/`,
    `${uri}\n`,
    uri.replace('avatars', 'other'),
    `/v1/media/avatars/${principalId}`,
    '',
  ])
    expect(avatarOfUri(other)).toBeUndefined();
});
