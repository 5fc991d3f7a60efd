/** Exit status for bytes other than an acceptable image. */
export const refusedStatus = 65;

/**
 * The program of a process for one image: bytes by standard input, picture by standard output. A
 * text, since the rest is compiled in several ways.
 */
export const imageProgram = `
const [decoder, settings] = process.argv.slice(-2);
const { memoryBytes, pixels, mediaType, sidePixels } = JSON.parse(settings);
const { default: sharp } = await import(decoder);
setInterval(() => {
  if (process.memoryUsage.rss() > memoryBytes) process.kill(process.pid, 'SIGKILL');
}, 20).unref();
sharp.cache(false);
sharp.concurrency(1);
sharp.block({ operation: ['VipsForeignLoad'] });
sharp.unblock({
  operation: ['VipsForeignLoadPngBuffer', 'VipsForeignLoadJpegBuffer', 'VipsForeignLoadWebpBuffer'],
});
const chunks = [];
for await (const chunk of process.stdin) chunks.push(chunk);
const bytes = Buffer.concat(chunks);
const startsWith = (offset, text) => bytes.toString('latin1', offset, offset + text.length) === text;
const format =
  startsWith(0, '\\x89PNG\\r\\n\\x1a\\n') ? 'png'
  : startsWith(0, '\\xff\\xd8\\xff') ? 'jpeg'
  : startsWith(0, 'RIFF') && startsWith(8, 'WEBP') ? 'webp'
  : undefined;
let picture;
try {
  if (mediaType !== 'image/' + format) throw new Error('another format');
  const image = sharp(bytes, { limitInputPixels: pixels, failOn: 'error' });
  if ((await image.metadata()).format !== format) throw new Error('another format');
  picture = await image
    .autoOrient()
    .resize({ width: sidePixels, height: sidePixels, fit: 'inside', withoutEnlargement: true })
    .webp({ quality: 82 })
    .toBuffer();
} catch {
  process.exit(${refusedStatus});
}
process.stdout.end(picture);
`;
