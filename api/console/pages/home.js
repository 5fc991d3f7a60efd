import { byId, element } from './element.js';

/** What the page is made of comes from here, and from the API as any client sees it. */
const homeUrl = '/ui/home.json';
const figuresEveryMs = 1_000;
const levelsEveryMs = 2_000;
const eventsShown = 12;

async function api(path, { token, body } = {}) {
  const response = await fetch(path, {
    method: body ? 'POST' : 'GET',
    headers: {
      ...(body ? { 'content-type': 'application/json' } : {}),
      ...(token ? { authorization: `Bearer ${token}` } : {}),
    },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  const answer = await response.json();
  if (!response.ok)
    throw Object.assign(new Error(answer.message ?? response.statusText), {
      status: response.status,
    });
  return answer;
}

/** Again and again, each time after the one before has ended; a failure is for the next time. */
function repeat(work, everyMs) {
  let isOver = false;
  const turn = async () => {
    if (isOver) return;
    if (!document.hidden) await work().catch(() => undefined);
    if (!isOver) setTimeout(turn, everyMs);
  };
  void turn();
  return () => (isOver = true);
}

function showFigures(figures) {
  const shown = Object.entries(figures).map(([name, count]) =>
    element('div', {}, element('dt', {}, name), element('dd', {}, count.toLocaleString('en'))),
  );
  byId('figures').replaceChildren(...shown);
}

async function showReadiness() {
  const link = byId('ready');
  try {
    const response = await fetch('/ready');
    link.textContent = response.ok ? 'ready' : 'not ready';
    link.className = response.ok ? 'good' : 'bad';
  } catch {
    link.textContent = 'not running';
    link.className = 'bad';
  }
}

async function copy(button, text) {
  await navigator.clipboard.writeText(text);
  const label = button.textContent;
  button.textContent = 'Copied';
  setTimeout(() => (button.textContent = label), 1_200);
}

function showHome({ version, links, logins, commands }) {
  byId('version').textContent = version;
  byId('links').replaceChildren(
    ...links.map(({ name, href }) =>
      element(
        'li',
        {},
        `${name}: `,
        /^https?:/.test(href) ? element('a', { href }, href) : element('code', {}, href),
      ),
    ),
  );
  byId('no-logins').hidden = logins.length > 0;
  byId('logins').replaceChildren(
    ...logins.map((login) => {
      const button = element('button', { type: 'button' }, 'Sign in');
      button.addEventListener('click', () => signIn(login.email, login.password));
      const cells = [login.role, element('code', {}, `${login.email}  ${login.password}`), button];
      return element('tr', {}, ...cells.map((cell) => element('td', {}, cell)));
    }),
  );
  byId('commands').replaceChildren(
    ...commands.flatMap(({ title, text }) => {
      const button = element('button', { type: 'button' }, 'Copy');
      button.addEventListener('click', () => copy(button, text));
      return [element('div', { class: 'row' }, title, button), element('pre', {}, text)];
    }),
  );
  const [first] = logins;
  if (first && byId('username').value === '') {
    byId('username').value = first.email;
    byId('password').value = first.password;
  }
}

let session;

async function signIn(username, password, accountId) {
  byId('username').value = username;
  byId('password').value = password;
  try {
    const { access_token: token } = await api('/v1/auth/login', { body: { username, password } });
    const me = await api('/v1/me', { token });
    session = { token, username, password };
    byId('signed-in').textContent = `Signed in as ${username}; the token is good for 15 minutes.`;
    byId('accounts').replaceChildren(
      ...me.org_memberships.map(({ account_id: id, org_name: name, role }) =>
        element('option', { value: id }, `${name} (${role})`),
      ),
    );
    // What a person means to do here is mostly about the organisation, not about the account of
    // their own.
    byId('accounts').value = accountId ?? me.org_memberships.at(-1)?.account_id;
    byId('account').hidden = me.org_memberships.length === 0;
    watchAccount();
  } catch (error) {
    byId('signed-in').textContent = error.message;
  }
}

let stopWatching = () => undefined;

function watchAccount() {
  stopWatching();
  const accountId = byId('accounts').value;
  if (!accountId) return;
  byId('events').replaceChildren();
  const listening = new AbortController();
  const stopLevels = repeat(() => showLevels(accountId).catch(signInAgain), levelsEveryMs);
  void listen(accountId, listening.signal);
  stopWatching = () => {
    stopLevels();
    listening.abort();
  };
}

/** A token is over after a quarter of an hour; the page stays open for longer. */
async function signInAgain(error) {
  if (error.status === 401)
    await signIn(session.username, session.password, byId('accounts').value);
}

async function showLevels(accountId) {
  const { items } = await api(`/v1/accounts/${accountId}/reservoirs?limit=20`, {
    token: session.token,
  });
  byId('levels').replaceChildren(
    ...items.map(({ name, level_state: state, latest_reading: reading }) => {
      const level = reading ? `${reading.level_pct.toFixed(1)} %` : 'no reading yet';
      const meter = element(
        'meter',
        { min: '0', max: '100', value: String(reading?.level_pct ?? 0) },
        level,
      );
      return element(
        'tr',
        {},
        ...[name, meter, `${level} ${state ?? ''}`].map((cell) => element('td', {}, cell)),
      );
    }),
  );
  if (items.length === 0)
    byId('levels').replaceChildren(
      element('tr', {}, element('td', {}, 'No reservoirs yet: the commands below make one.')),
    );
}

/** Server-sent events by fetch, since an EventSource carries no token. */
async function listen(accountId, signal) {
  const headers = { authorization: `Bearer ${session.token}` };
  const response = await fetch(`/v1/accounts/${accountId}/events/stream`, { headers, signal });
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    text += value;
    const messages = text.split('\n\n');
    text = messages.pop() ?? '';
    for (const message of messages) showEvent(message);
  }
}

function showEvent(message) {
  const data = message.split('\n').find((line) => line.startsWith('data:'));
  if (!data) return;
  const {
    event_type: type,
    subject_type: subject,
    subject_id: id,
    occurred_at: at,
  } = JSON.parse(data.slice(5));
  const time = new Date(at).toLocaleTimeString();
  const item = element(
    'li',
    {},
    element('span', { class: 'quiet' }, `${time} `),
    `${type} `,
    element('code', {}, `${subject}/${id}`),
  );
  const list = byId('events');
  list.prepend(item);
  while (list.children.length > eventsShown) list.lastChild.remove();
}

byId('sign-in').addEventListener('submit', (submitted) => {
  submitted.preventDefault();
  void signIn(byId('username').value, byId('password').value);
});
byId('accounts').addEventListener('change', watchAccount);
byId('copy-token').addEventListener('click', () => copy(byId('copy-token'), session.token));

showHome(await api(homeUrl));
repeat(async () => showFigures(await api('/ui/figures.json')), figuresEveryMs);
repeat(showReadiness, levelsEveryMs);
