/** Tells of: images, image-program. */
import { Readable } from 'node:stream';
import { expect, it } from '@jest/globals';
import sharp from 'sharp';
import { createImages } from '../../../activities/shared/images.js';

const picture = await sharp({
  create: { width: 2_000, height: 2_000, channels: 3, background: '#2080c0' },
})
  .png()
  .toBuffer();
const redraw = (images = createImages()) =>
  images.redraw(Readable.from([picture]), 'image/png', 512);

it('an image beyond its pixels, memory or time is refused', async () => {
  expect((await redraw()).length).toBeGreaterThan(0);
  for (const limits of [{ pixels: 3_999_999 }, { memoryBytes: 1 }, { timeoutMs: 1 }])
    await expect(redraw(createImages(limits))).rejects.toMatchObject({ type: 'INVALID_IMAGE' });
});

it('so many images are decoded at once, and a further image waits elsewhere', async () => {
  const images = createImages({ processes: 1 });
  const [first, second] = await Promise.allSettled([redraw(images), redraw(images)]);
  expect([first.status, second]).toMatchObject([
    'fulfilled',
    { reason: { type: 'SERVICE_UNAVAILABLE' } },
  ]);
  await redraw(images);
});
