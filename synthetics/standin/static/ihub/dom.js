// Elements from plain calls; text is only ever set as text.

/**
 * @param {string} tag
 * @param {Record<string, unknown>} [attributes] `on...` are listeners; true sets an attribute, false and null leave it out.
 * @param {...(Node | string | null)} children
 */
export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value !== null && value !== undefined && value !== false) element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.filter((child) => child !== null));
  return element;
}

export function table(label, columns, rows) {
  return make(
    "table",
    { "aria-label": label },
    make("thead", {}, make("tr", {}, ...columns.map((column) => make("th", { scope: "col" }, column)))),
    make("tbody", {}, ...rows),
  );
}

export function row(...cells) {
  return make("tr", {}, ...cells.map((cell) => make("td", {}, cell)));
}

export function chip(text, kind) {
  return make("span", { class: `chip ${kind}` }, text);
}

const moment = new Intl.DateTimeFormat("en-US", { dateStyle: "medium", timeStyle: "medium" });

export function time(iso) {
  return make("time", { datetime: iso }, moment.format(new Date(iso)));
}
