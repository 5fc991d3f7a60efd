import { byId, element } from './element.js';

const everyMs = 1_500;
let shown = '';

async function show() {
  const to = byId('to').value.trim();
  const response = await fetch(`/ui/mailbox.json${to ? `?${new URLSearchParams({ to })}` : ''}`);
  if (!response.ok) return;
  const text = await response.text();
  // A list that is made anew loses what somebody is marking in it.
  if (text === shown) return;
  shown = text;
  const { items } = JSON.parse(text);
  const messages = items.map(({ channel, to: recipient, subject, text: body, sent_at: at, otp }) =>
    element(
      'li',
      {},
      element('strong', {}, `${channel} to ${recipient}`),
      element('span', { class: 'quiet' }, ` ${new Date(at).toLocaleString()} ${subject}`),
      ...(otp ? [' ', element('code', { class: 'good' }, otp)] : []),
      element('pre', {}, body),
    ),
  );
  byId('messages').replaceChildren(
    ...(messages.length > 0 ? messages : [element('li', {}, 'Nothing has been sent yet.')]),
  );
}

async function turn() {
  if (!document.hidden) await show().catch(() => undefined);
  setTimeout(turn, everyMs);
}

byId('filter').addEventListener('submit', (submitted) => submitted.preventDefault());
byId('to').addEventListener('input', () => void show());
byId('to').value = new URLSearchParams(location.search).get('to') ?? '';
void turn();
