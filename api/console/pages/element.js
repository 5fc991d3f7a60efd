export const byId = (id) => document.getElementById(id);

/** Text is only ever set as text, so nothing that is shown can be markup. */
export function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}
