// Every call of the Forge bridge, by name. What a page of this kind does not offer (submit, close, open, refresh belong to
// dialogs and panels) is answered with false, as on the real host.

import { closeFlag, showFlag } from "./flags.js";
import { closed, openModal } from "./forge_modal.js";
import { invoke, fetchProduct, fetchRemote } from "./forge_requests.js";

const notHere = () => false;
// Events stay among the frames of an app, but for those that are said to everybody.
const EVERYBODY = "everybody";
const listeners = new Set();
let subscriptions = 0;

function subscribe({ event, callback }, session, audience) {
  const entry = { event, audience, notify: (payload) => session.callBack(callback, payload) };
  subscriptions += 1;
  const number = subscriptions;
  session.subscriptions.set(number, entry);
  listeners.add(entry);
  return number;
}

function emit({ event, payload }, audience) {
  for (const entry of listeners) if (entry.event === event && entry.audience === audience) entry.notify(payload);
}

function locationOf({ url, target, ...rest }) {
  if (url) return new URL(url, window.location.origin);
  const paths = { issue: `/browse/${rest.issueKey}`, dashboard: "/jira/your-work", module: window.location.pathname };
  return paths[target] ? new URL(paths[target], window.location.origin) : null;
}

function navigate({ type, ...location }) {
  const url = locationOf(location);
  if (!url || !["http:", "https:"].includes(url.protocol)) throw new Error("This location cannot be opened.");
  if (type === "new-tab") window.open(url, "_blank", "noopener");
  else window.location.assign(url);
}

function within({ path }) {
  const { pathname, search, hash } = window.location;
  return { pathname: pathname.replace(path, "") || "/", search, hash, state: window.history.state };
}

function createHistory({ listener }, session) {
  const tell = (action) => session.callBack(listener, within(session.extension), action);
  session.tellHistory = tell;
  window.addEventListener("popstate", () => tell("POP"));
  return { action: "POP", base: session.extension.path, location: within(session.extension) };
}

function moveHistory({ action, to, state, delta }, session) {
  if (action === "go") return window.history.go(delta);
  const path = typeof to === "string" ? to : `${to.pathname ?? "/"}${to.search ?? ""}${to.hash ?? ""}`;
  const url = new URL(session.extension.path + (path.startsWith("/") ? path : `/${path}`), window.location.origin);
  window.history[`${action}State`](state ?? null, "", url);
  return session.tellHistory?.(action.toUpperCase());
}

export const calls = {
  getContext: (_payload, session) => session.extension.context,
  invoke,
  fetchProduct,
  fetchRemote,
  navigate,
  getUrl: (location) => locationOf(location)?.href ?? null,
  reload: () => window.location.reload(),
  openModal,
  submit: closed,
  close: closed,
  onClose: (callback, session) => {
    if (!session.closeModal) return false;
    session.onClose = callback;
    return true;
  },
  open: notHere,
  refresh: notHere,
  on: (asked, session) => subscribe(asked, session, session.extension.app),
  onPublic: (asked, session) => subscribe(asked, session, EVERYBODY),
  off: ({ subscription }, session) => {
    listeners.delete(session.subscriptions.get(subscription));
    session.subscriptions.delete(subscription);
  },
  emit: (told, session) => emit(told, session.extension.app),
  emitPublic: (told) => emit(told, EVERYBODY),
  emitReadyEvent: () => true,
  showFlag: ({ actions = [], ...flag }, session) =>
    showFlag({ ...flag, actions: actions.map((action) => ({ ...action, onClick: () => session.callBack(action.onClick) })) }),
  closeFlag: ({ id }) => closeFlag(id),
  enableTheming: (_payload, session) => session.extension.context.theme,
  changeWindowTitle: (title) => {
    document.title = title;
  },
  createHistory,
  history: moveHistory,
};
