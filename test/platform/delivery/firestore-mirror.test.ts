import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  createFirestoreMirror,
  type FirestoreMirror,
  type MirroredEvent,
} from '../../../activities/shared/firestore-mirror.js';
import { openFirestore } from '../../../activities/shared/firestore.js';
import { newId } from '../../../db/shared/id.js';
import {
  firestoreProject,
  startFirestore,
  type FirestoreServer,
} from '../../support/servers/firestore.js';

let server: FirestoreServer;
let mirror: FirestoreMirror;
let close: () => Promise<void>;
const hostBefore = process.env['FIRESTORE_EMULATOR_HOST'];

beforeAll(async () => {
  server = await startFirestore();
  process.env['FIRESTORE_EMULATOR_HOST'] = server.address;
  const opened = await openFirestore({
    projectId: firestoreProject,
    serviceAccount: server.serviceAccount,
  });
  mirror = createFirestoreMirror(opened.firestore);
  close = opened.close;
});
afterAll(async () => {
  await close();
  await server.stop();
  if (hostBefore === undefined) delete process.env['FIRESTORE_EMULATOR_HOST'];
  else process.env['FIRESTORE_EMULATOR_HOST'] = hostBefore;
});

const anEvent = (
  subjectId: string,
  seq: number,
  data: object,
  type = 'ORDER_ACCEPTED',
): MirroredEvent => ({
  event_id: newId(),
  event_type: type,
  subject_type: 'order',
  subject_id: subjectId,
  subject_seq: seq,
  occurred_at: '2026-01-02T03:04:05Z',
  data: { ...data },
});

describe('the Firestore mirror', () => {
  it('keeps the newest of each field of a subject', async () => {
    const [account, order] = [newId(), newId()];
    await mirror.apply(account, anEvent(order, 1, { status: 'CREATED', liters: 5 }));
    await mirror.apply(account, anEvent(order, 2, { status: 'ACCEPTED' }));
    expect(server.documents()[`accounts/${account}/order/${order}`]).toMatchObject({
      subject_seq: 2,
      event_type: 'ORDER_ACCEPTED',
      is_deleted: false,
      state: { status: 'ACCEPTED', liters: 5 },
    });
  });

  it('changes nothing when an event comes again or late', async () => {
    const [account, order] = [newId(), newId()];
    const [first, second] = [
      anEvent(order, 1, { status: 'CREATED' }),
      anEvent(order, 2, { status: 'ACCEPTED' }),
    ];
    await mirror.apply(account, first);
    await mirror.apply(account, second);
    const commits = server.commits();
    for (const event of [first, second]) await mirror.apply(account, event);
    expect(server.commits()).toBe(commits);
    expect(server.documents()[`accounts/${account}/order/${order}`]).toMatchObject({
      state: { status: 'ACCEPTED' },
    });
  });

  it('keeps of what was deleted that it was, so that nothing late brings it back', async () => {
    const [account, site] = [newId(), newId()];
    await mirror.apply(account, anEvent(site, 2, {}, 'SITE_DELETED'));
    await mirror.apply(account, anEvent(site, 1, { name: 'x' }, 'SITE_CREATED'));
    expect(server.documents()[`accounts/${account}/order/${site}`]).toMatchObject({
      is_deleted: true,
      state: {},
    });
  });
});
