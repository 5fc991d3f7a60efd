import { describe, expect, it } from '@jest/globals';
import { createPacketWalk, maxPayloadBytes } from '../../workers/gateway/packet-walk.js';
import { createPlaces, defaultPlaceLimits, type Place } from '../../workers/gateway/places.js';
import { connectPacket, publishPacket } from '../support/devices/device-packets.js';
import { header, packet } from '../support/devices/mqtt-packets.js';

const introduction = connectPacket({ deviceId: 'B43A4536C83C', password: 'x' });

describe('the walk over packets', () => {
  it('answers the same however the bytes are cut', () => {
    const stream = Buffer.concat([
      introduction,
      publishPacket('a', 1, 'x'.repeat(300)),
      packet(0xc0, Buffer.alloc(0)),
      publishPacket('a', 2, 'y'.repeat(20_000)),
      header(0x32, maxPayloadBytes + 513),
    ]);
    for (const step of [1, 2, 3, 7, 100, stream.length]) {
      const walk = createPacketWalk();
      const faults = [];
      for (let index = 0; index < stream.length; index += step)
        faults.push(walk.over(stream.subarray(index, index + step), true));
      expect(faults.slice(0, -1).every((fault) => fault === undefined)).toBe(true);
      expect(faults.at(-1)).toBe('PAYLOAD_TOO_LARGE');
      expect(walk.packetCount()).toBe(5);
    }
  });

  it('knows how much of a packet is still to come', () => {
    const walk = createPacketWalk();
    walk.over(introduction, false);
    expect(walk.unfinishedBytes()).toBe(0);
    const message = publishPacket('a', 1, 'x'.repeat(1_000));
    walk.over(message.subarray(0, 500), true);
    expect(walk.unfinishedBytes()).toBe(1_005);
    walk.over(message.subarray(500), true);
    expect(walk.unfinishedBytes()).toBe(0);
  });
});

describe('places', () => {
  it('are shared by all addresses of one customer', () => {
    const places = createPlaces<Place>(defaultPlaceLimits, () => undefined);
    const share = places.shareOf('2001:db8:0:7::1');
    if (!share) throw new Error('there is a place');
    places.take({ share, since: 0 });
    expect(places.shareOf('2001:db8:0:7:aaaa:bbbb:cccc:dddd')).toBe(share);
    expect(places.shareOf('2001:db8:0:8::1')).not.toBe(share);
  });

  it('are taken from the address with most who wait, and not from one that has just come beside them', () => {
    const evicted: Place[] = [];
    const places = createPlaces<Place>({ ...defaultPlaceLimits, waiting: 4 }, (held) => {
      evicted.push(held);
      places.leave(held);
    });
    const held = ['192.0.2.1', '192.0.2.2', '192.0.2.2', '192.0.2.2', '192.0.2.3', '192.0.2.4'].map(
      (address) => {
        const share = places.shareOf(address);
        if (!share) throw new Error('there is a place');
        const place = { share, since: 0 };
        places.take(place);
        return place;
      },
    );
    expect(evicted).toEqual([held[1], held[2]]);
  });

  it('are never taken from who has introduced themselves, and are refused when only those are left', () => {
    const evicted: Place[] = [];
    const limits = { ...defaultPlaceLimits, connections: 4, connectionsOfAddress: 3, waiting: 2 };
    const places = createPlaces<Place>(limits, (held) => {
      evicted.push(held);
      places.leave(held);
    });
    const come = (address: string): Place | undefined => {
      const share = places.shareOf(address);
      if (!share) return undefined;
      const held = { share, since: 0 };
      places.take(held);
      return held;
    };
    const known = ['a', 'a', 'a'].map((letter) => come(`192.0.2.${letter.charCodeAt(0)}`));
    // Of three waiting the first made room for the third.
    expect(evicted).toEqual([known[0]]);
    for (const held of known.slice(1)) if (held) places.settle(held);
    const third = come('192.0.2.97');
    if (third) places.settle(third);
    expect(come('192.0.2.97')).toBeUndefined();
    const other = come('192.0.2.98');
    expect(other).toBeDefined();
    expect(come('192.0.2.99')).toBeDefined();
    expect(evicted).toEqual([known[0], other]);
  });
});
