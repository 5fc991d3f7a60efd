/** Tells of: avatar.routes, avatar-upload.records, avatar.views, avatar-media. */
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import sharp from 'sharp';
import { createIdentityApi, type IdentityApi } from '../identity-api.js';
import { callsOf, openCompany } from '../member/company-fixture.js';

let api: IdentityApi;
let server: Server;
let port: number;
beforeAll(async () => {
  api = await createIdentityApi();
  server = createServer(api.callback).listen(0, '127.0.0.1');
  await once(server, 'listening');
  port = (server.address() as AddressInfo).port;
});
afterAll(async () => {
  server.close();
  await api.drop();
});

type Person = Awaited<ReturnType<IdentityApi['signUp']>>;
const marker = 'Unmistakable Photographer';
const exif = {
  IFD0: { Artist: marker, Copyright: marker },
  IFD3: { GPSLatitudeRef: 'S', GPSLatitude: '1/1 17/1 0/1' },
};
const canvas = (width = 900, height = 600) =>
  sharp({ create: { width, height, channels: 3, background: '#2080c0' } });
const photo = (format: 'png' | 'jpeg' | 'webp') =>
  canvas().withExif(exif).withMetadata({ orientation: 6 }).toFormat(format).toBuffer();

const jpeg = { content_type: 'image/jpeg', size_bytes: 1_000 };
async function promiseOf(person: Person, path = '/v1/me/profile/avatar-upload') {
  const { body } = await callsOf(api, person).post(path, jpeg).expect(200);
  return { uri: String(body.avatar_uri), path: new URL(body.upload_url).pathname };
}
const send = (path: string, bytes: Buffer, type = 'image/jpeg') =>
  api.request.put(path).set('Content-Type', type).send(bytes);
const see = (person: Person, uri: string) =>
  api.request.get(uri).auth(person.access_token, { type: 'bearer' }).buffer(true);
const storedCount = async () =>
  (await api.admin.query(`select count(*)::int as count from platform.objects`)).rows[0].count;

describe('a picture', () => {
  it.each(['png', 'jpeg', 'webp'] as const)(
    'sent as %s is kept upright, small, and without what it told of its maker',
    async (format) => {
      const bytes = await photo(format);
      expect(bytes.toString('latin1')).toContain(marker);
      const amina = await api.signUp();
      const { uri, path } = await promiseOf(amina);
      await send(path, bytes, `image/${format}`).expect(204);
      const { body, headers } = await see(amina, uri).expect(200);
      expect(headers).toMatchObject({
        'content-type': 'image/webp',
        'cache-control': 'private, no-cache',
        'x-content-type-options': 'nosniff',
      });
      const { exif: metadata, width, height, format: newFormat } = await sharp(body).metadata();
      expect({ metadata, width, height, newFormat }).toEqual({
        metadata: undefined,
        width: 341,
        height: 512,
        newFormat: 'webp',
      });
      expect(body.toString('latin1')).not.toContain(marker);
      await see(amina, uri).set('If-None-Match', String(headers['etag'])).expect(304);
    },
  );

  it('is taken once, and within its time', async () => {
    const amina = await api.signUp();
    const [bytes, { path }] = [await photo('jpeg'), await promiseOf(amina)];
    const both = await Promise.all([send(path, bytes), send(path, bytes)]);
    expect(both.map(({ status }) => status).sort()).toEqual([204, 404]);
    await send(path, bytes).expect(404);
    const late = await promiseOf(amina);
    await api.admin.query(
      `update identity.avatars set upload_until = now() - interval '1 s' where object_id is null`,
    );
    await send(late.path, bytes).expect(404);
    await send(late.path.slice(0, -3) + 'AAA', bytes).expect(404);
  });

  it('is shown in the profile once chosen, and gone with the choice', async () => {
    const amina = await api.signUp();
    const { uri, path } = await promiseOf(amina);
    const calls = callsOf(api, amina);
    await calls.patch('/v1/me/profile', { avatar_uri: uri }).expect(422);
    await send(path, await photo('png'), 'image/png').expect(204);
    const { body } = await calls.patch('/v1/me/profile', { avatar_uri: uri }).expect(200);
    expect(body.avatar_uri).toBe(uri);
    const before = await storedCount();
    await calls.patch('/v1/me/profile', { avatar_uri: null }).expect(200);
    expect(await storedCount()).toBe(before - 1);
    await see(amina, uri).expect(404);
  });

  it('of a person is seen by whoever shares an account, and by nobody else', async () => {
    const company = await openCompany(api);
    const [colleague, stranger] = [await company.join('VIEWER'), await api.signUp()];
    const own = await promiseOf(company.owner);
    await send(own.path, await photo('jpeg')).expect(204);
    await see(company.owner, own.uri).expect(200);
    await see(colleague, own.uri).expect(200);
    await see(stranger, own.uri).expect(404);
    await api.request.get(own.uri).expect(401);
    const foreign = own.uri.replace(company.owner.principalId, stranger.principalId);
    await see(stranger, foreign).expect(404);

    const path = `${company.path}/profile/avatar-upload`;
    await callsOf(api, colleague).post(path, jpeg).expect(403);
    const shared = await promiseOf(company.owner, path);
    await send(shared.path, await photo('jpeg')).expect(204);
    await see(stranger, shared.uri).expect(200);
    await callsOf(api, company.owner)
      .patch(`${company.path}/profile`, { avatar_uri: shared.uri })
      .expect(200);
  });
});

describe('what is no picture', () => {
  it('is refused by its own bytes, whatever it is called, and nothing of it stays', async () => {
    const { path } = await promiseOf(await api.signUp());
    const [png, real] = [await photo('png'), await photo('jpeg')];
    const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>');
    const before = await storedCount();
    const wrong: [string, Buffer, string][] = [
      ['an SVG', svg, 'image/png'],
      ['a GIF', await canvas(9, 9).gif().toBuffer(), 'image/png'],
      ['a TIFF', await canvas(9, 9).tiff().toBuffer(), 'image/png'],
      ['a PNG called a JPEG', png, 'image/jpeg'],
      ['a head alone', real.subarray(0, 40), 'image/jpeg'],
      ['half a picture', png.subarray(0, png.length / 2), 'image/png'],
      ['an SVG behind a head', Buffer.concat([png.subarray(0, 8), svg]), 'image/png'],
      ['a page behind a head', Buffer.from('\xff\xd8\xff<html>', 'latin1'), 'image/jpeg'],
      ['nothing', Buffer.alloc(0), 'image/png'],
    ];
    for (const [name, bytes, type] of wrong) {
      const { status, body } = await send(path, bytes, type);
      expect([name, status, body.error_code]).toEqual([name, 422, 'INVALID_IMAGE']);
    }
    for (const type of ['image/svg+xml', 'image/gif', 'application/json'])
      expect((await send(path, svg, type).expect(415)).body.error_code).toBe(
        'UNSUPPORTED_MEDIA_TYPE',
      );
    expect(await storedCount()).toBe(before);
    await send(path, real).expect(204);
  });

  it('hides nothing behind a picture', async () => {
    const amina = await api.signUp();
    const { uri, path } = await promiseOf(amina);
    const script = `<script>${marker}</script>`;
    await send(path, Buffer.concat([await photo('jpeg'), Buffer.from(script)])).expect(204);
    expect((await see(amina, uri).expect(200)).body.toString('latin1')).not.toContain(marker);
  });

  it('may be a bomb: few bytes, and more than 40 megapixels', async () => {
    const { path } = await promiseOf(await api.signUp());
    const bomb = await canvas(6_400, 6_400).png().toBuffer();
    expect(bomb.length).toBeLessThan(5 * 2 ** 20);
    await send(path, bomb, 'image/png').expect(422);
  });

  it('may be too much, said beforehand or not', async () => {
    const { path } = await promiseOf(await api.signUp());
    const bytes = Buffer.alloc(5 * 2 ** 20 + 1);
    expect((await send(path, bytes).expect(413)).body.error_code).toBe('PAYLOAD_TOO_LARGE');
    const chunked = api.request.put(path).set('Content-Type', 'image/jpeg');
    chunked.set('Transfer-Encoding', 'chunked').write(bytes);
    expect((await chunked).status).toBe(413);
  });

  it('may break off, and leaves nothing', async () => {
    const amina = await api.signUp();
    const { path } = await promiseOf(amina);
    const bytes = await photo('jpeg');
    const before = await storedCount();
    await new Promise<void>((resolve) => {
      const socket = connect(port, '127.0.0.1', () => {
        socket.write(
          `PUT ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nContent-Type: image/jpeg\r\nContent-Length: ${bytes.length}\r\n\r\n`,
        );
        socket.write(bytes.subarray(0, bytes.length / 2), () => socket.destroy());
      });
      socket.once('close', () => resolve()).once('error', () => undefined);
    });
    await send(path, bytes).expect(204);
    expect(await storedCount()).toBe(before + 1);
  });

  it('ends nothing by breaking off before it is read, and holds no connection up unread', async () => {
    const { path } = await promiseOf(await api.signUp());
    const headOf = (address: string, length: number) =>
      `PUT ${address} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nContent-Type: image/jpeg\r\nContent-Length: ${length}\r\n\r\n`;
    for (let times = 0; times < 10; times += 1)
      await new Promise<void>((resolve) => {
        const socket = connect(port, '127.0.0.1', () => {
          socket.write(headOf(path, 1_000));
          setTimeout(() => socket.resetAndDestroy(), times);
        });
        socket.once('close', () => resolve()).on('error', () => undefined);
      });
    const unknown = `/v1/media/avatar-uploads/${'A'.repeat(43)}`;
    const bytes = Buffer.alloc(4 * 2 ** 20);
    const statuses = await new Promise<string[]>((resolve, reject) => {
      let text = '';
      const socket = connect(port, '127.0.0.1', () => {
        for (const address of [unknown, unknown]) {
          socket.write(headOf(address, bytes.length));
          socket.write(bytes);
        }
      });
      socket.on('data', (chunk) => {
        text += chunk.toString();
        const lines = text.match(/HTTP\/1\.1 \d+/g) ?? [];
        if (lines.length < 2) return;
        socket.destroy();
        resolve(lines);
      });
      socket.once('error', reject);
    });
    expect(statuses).toEqual(['HTTP/1.1 404', 'HTTP/1.1 404']);
  });
});
