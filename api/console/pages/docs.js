const roleKey = 'millrace.docs.role';
const scheme = 'bearer';
const byId = (id) => document.getElementById(id);
let logins = [];

/**
 * A token that is kept may be over; whoever signed in by a demo login is signed in again instead.
 */
async function signIn(role) {
  const login = logins.find((each) => each.role === role);
  if (!login) return;
  const response = await fetch('/v1/auth/login', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ username: login.email, password: login.password }),
  });
  const answer = await response.json();
  if (!response.ok) {
    byId('said').textContent = answer.message;
    return;
  }
  window.ui.preauthorizeApiKey(scheme, answer.access_token);
  localStorage.setItem(roleKey, role);
  byId('said').textContent = `Signed in as ${login.email}, for 15 minutes`;
}

async function offerDemo() {
  const response = await fetch('/ui/home.json');
  ({ logins } = await response.json());
  byId('demo').hidden = logins.length === 0;
  for (const { role } of logins) byId('role').add(new Option(role, role));
  byId('demo').addEventListener('submit', (submitted) => {
    submitted.preventDefault();
    void signIn(byId('role').value);
  });
  const remembered = localStorage.getItem(roleKey);
  if (remembered === null) return;
  byId('role').value = remembered;
  await signIn(remembered);
}

window.ui = SwaggerUIBundle({
  url: '/openapi.json',
  dom_id: '#swagger-ui',
  deepLinking: true,
  filter: true,
  persistAuthorization: true,
  displayRequestDuration: true,
  docExpansion: 'none',
  validatorUrl: null,
  // Demo logins are there in development only.
  onComplete: () => document.body.dataset.demo === 'yes' && void offerDemo(),
});
