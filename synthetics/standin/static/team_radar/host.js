// The app's side of Connect: a small client for what the host says of itself in the frame's name.

const HANDSHAKE_MS = 5000;

const said = (() => {
  try {
    return JSON.parse(window.name);
  } catch {
    return {};
  }
})();

const waiting = new Map();
const listeners = new Map();
let messages = 0;
let greeted = () => {};

function post(message) {
  window.parent.postMessage({ eid: said.extension_id, ...message }, said.origin);
}

const handlers = {
  init_received: () => greeted(),
  resp: ({ mid, forPlugin, args }) => {
    if (!forPlugin) return;
    waiting.get(mid)?.(args);
    waiting.delete(mid);
  },
  evt: ({ etyp, evnt }) => {
    const args = Array.isArray(evnt) ? evnt : [evnt];
    for (const listener of listeners.get(etyp) ?? []) listener(...args);
  },
};

window.addEventListener("message", ({ source, origin, data }) => {
  if (source === window.parent && origin === said.origin) handlers[data?.type]?.(data);
});

/** Greet the host; nothing else can be asked before. */
export function connect() {
  if (!said.extension_id || !said.origin) throw new Error("Team Radar has to be opened in Jira.");
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error("Jira did not answer the app.")), HANDSHAKE_MS);
    greeted = () => {
      clearTimeout(late);
      resolve();
    };
    post({ type: "init" });
    post({ type: "event_query", args: ["_any"] });
  });
}

/** Call a method of the host: `call("env", "resize", "100%", 300)`. */
export function call(mod, fn, ...args) {
  const method = said.api?.[mod]?.[fn];
  if (!method) return Promise.reject(new Error(`Jira has no ${mod}.${fn}.`));
  messages += 1;
  const mid = `${said.extension_id}-${messages}`;
  return new Promise((resolve, reject) => {
    waiting.set(mid, (answer) => {
      const [error, result] = method.returnsPromise ? answer : [undefined, answer[0]];
      if (error === undefined) resolve(result);
      else reject(new Error(error.err ?? error));
    });
    post({ type: "req", mod, fn, mid, args });
  });
}

/** A flag on the host's page. */
export function flag(options) {
  messages += 1;
  const id = `${said.extension_id}-${messages}`;
  post({ type: "req", mod: "flag", fn: "constructor", _cls: "create", _id: id, args: [options] });
  return { close: () => post({ type: "req", mod: "flag", fn: "close", _cls: "create", _id: id, args: [] }) };
}

export function on(name, listener) {
  listeners.set(name, [...(listeners.get(name) ?? []), listener]);
}

export const emit = (name, ...args) => post({ type: "req", mod: "events", fn: "emit", args: [name, ...args] });

/** The product's REST, through the host. */
export async function product(path) {
  const { body } = await call("_globals", "request", path, {});
  return JSON.parse(body);
}

/** As high as what is shown. */
export function fit() {
  return call("env", "resize", "100%", document.documentElement.getBoundingClientRect().height + 2);
}
