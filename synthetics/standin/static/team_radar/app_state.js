// What both views have: the marker of their state, and elements from plain calls.

import { call, connect, fit } from "./host.js";

const root = document.getElementById("root");
const SVG = "http://www.w3.org/2000/svg";

function filled(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value !== null) element.setAttribute(name, value);
  }
  element.append(...children);
  return element;
}

export const make = (tag, attributes = {}, ...children) => filled(document.createElement(tag), attributes, children);
export const draw = (tag, attributes = {}, ...children) => filled(document.createElementNS(SVG, tag), attributes, children);

// The ready marker is there while what is shown is true.
function show(state, ...inner) {
  root.dataset.testid = `team-radar-${state}`;
  root.setAttribute("aria-busy", String(state === "loading"));
  root.replaceChildren(...inner);
}

/** The app's own server, which believes a token of the host's. */
export async function ownServer(path) {
  const token = await call("context", "getToken");
  const response = await fetch(path, { headers: { Authorization: `JWT ${token}` } });
  if (!response.ok) throw new Error(`Team Radar's server answered ${response.status}.`);
  return response.json();
}

/**
 * Load and show, again when asked; a failure is shown with a button that tries again.
 * @param {() => Promise<object>} load
 * @param {(data: object) => Node[]} view
 */
export function run(load, view) {
  let connected = null;
  async function again() {
    show("loading", make("p", { class: "empty", role: "status" }, "Loading\u2026"));
    try {
      connected ??= connect();
      await connected;
      const data = await load();
      show("ready", ...view(data, again));
    } catch (error) {
      console.error(error);
      const words = make("div", {}, make("strong", {}, "Team Radar could not be loaded"), make("p", {}, error.message));
      show("failed", make("div", { class: "alert", role: "alert" }, words, make("button", { type: "button", onclick: again }, "Retry")));
    }
    await fit().catch(() => {});
  }
  return again();
}
