// The endpoints of the bench, one path each, in a process of their own. Is told the secrets, says
// when all has come and how.
import { createHmac } from 'node:crypto';
import { createServer } from 'node:http';

/** By path: its key, how many came, and the last number of each subject. */
const endpoints = new Map();
let expected = Infinity;
let received = 0;
let unsigned = 0;
let disordered = 0;

const server = createServer((request, response) => {
  const chunks = [];
  request.on('data', (chunk) => chunks.push(chunk));
  request.on('end', () => {
    take(request, Buffer.concat(chunks).toString());
    response.writeHead(204).end();
    if (received === expected) report();
  });
});

function take({ url, headers }, body) {
  const endpoint = endpoints.get(url);
  const content = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`;
  const signature = `v1,${createHmac('sha256', endpoint.key).update(content).digest('base64')}`;
  if (headers['webhook-signature'] !== signature) unsigned += 1;
  const { subject_id: subjectId, subject_seq: seq } = JSON.parse(body).data;
  if (seq !== (endpoint.lastOf.get(subjectId) ?? 0) + 1) disordered += 1;
  endpoint.lastOf.set(subjectId, seq);
  endpoint.count += 1;
  received += 1;
}

const report = () =>
  process.send({ counts: [...endpoints.values()].map(({ count }) => count), unsigned, disordered });

process.on('message', ({ secrets, deliveries }) => {
  received = unsigned = disordered = 0;
  endpoints.clear();
  for (const [path, secret] of Object.entries(secrets)) {
    const key = Buffer.from(secret.slice('whsec_'.length), 'base64');
    endpoints.set(path, { key, count: 0, lastOf: new Map() });
  }
  expected = deliveries;
  process.send({ isListening: true });
});
process.on('disconnect', () => process.exit(0));
server.listen(0, '127.0.0.1', () => process.send({ port: server.address().port }));
