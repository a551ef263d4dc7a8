// Every module of the host that an app can call, by name: {args, promise?, call({args, session, id})}.

import { closeFlag, showFlag } from "/static/flags.js";
import { request } from "./request.js";

const plain = (args, call) => ({ args, call });
const promised = (args, call) => ({ args, call, promise: true });
const nothing = plain([], () => undefined);

const size = (value) => (typeof value === "number" || /^\d+$/.test(value) ? `${value}px` : String(value));

function resize({ args: [width, height], session: { frame } }) {
  frame.style.width = size(width);
  frame.style.height = size(height);
  return true;
}

function sizeToParent({ session: { frame } }) {
  frame.style.height = `${Math.max(0, window.innerHeight - frame.getBoundingClientRect().top)}px`;
}

const ofSameApp = ({ extension }) => (other) => other.extension.addonKey === extension.addonKey;

async function token({ session: { extension } }) {
  const response = await fetch(extension.tokenPath, { method: "POST" });
  if (!response.ok) throw new Error(`The site answered ${response.status}.`);
  return (await response.json()).token;
}

function createFlag({ args: [options = {}], session, id }) {
  const tell = (name, more) => session.sendEvent(name, { flagIdentifier: id, ...more }, (other) => other === session);
  const actions = Object.entries(options.actions ?? {}).map(([key, text]) => ({
    text,
    onClick: () => tell("flag.action", { actionIdentifier: key }),
  }));
  const { title, body, type = "info", close } = options;
  showFlag({ id: `connect-${id}`, title, description: body, type: type.toLowerCase(), isAutoDismiss: close === "auto", actions });
  return id;
}

function closeOwnFlag({ session, id }) {
  closeFlag(`connect-${id}`);
  session.sendEvent("flag.close", { flagIdentifier: id }, (other) => other === session);
}

function emit({ args: [name, ...args], session }) {
  session.sendEvent(name, args, ofSameApp(session));
}

function emitPublic({ args: [name, ...args], session }) {
  const sender = { addonKey: session.extension.addonKey, key: session.extension.key };
  session.sendEvent(name, { sender, event: args }, () => true);
}

function setTitle({ args: [title] }) {
  document.title = `${title} - Jira`;
}

const env = {
  getLocation: plain(["callback"], () => window.location.href),
  resize: plain(["width", "height", "callback"], resize),
  sizeToParent: plain(["hideFooter", "callback"], sizeToParent),
  hideFooter: nothing,
};

const modules = {
  _globals: { ...env, request: promised(["url", "options"], ({ args }) => request(...args)) },
  env,
  context: {
    getToken: promised(["callback"], token),
    getContext: promised(["callback"], ({ session }) => session.extension.context),
  },
  user: {
    getCurrentUser: plain(["callback"], ({ session }) => session.extension.user),
    getLocale: plain(["callback"], () => "en_US"),
    getTimeZone: plain(["callback"], () => "Europe/Stockholm"),
  },
  events: { emit: plain(["name", "args"], emit), emitPublic: plain(["name", "args"], emitPublic) },
  flag: { create: { constructor: plain(["options", "callback"], createFlag), close: plain([], closeOwnFlag) } },
  page: { setTitle: plain(["title", "callback"], setTitle) },
  jira: { refreshIssuePage: plain([], () => window.location.reload()) },
};

const isMethod = (member) => typeof member.call === "function" && Array.isArray(member.args);

function specOf(members) {
  return Object.fromEntries(
    Object.entries(members).map(([name, member]) => [
      name,
      isMethod(member) ? { args: member.args, returnsPromise: Boolean(member.promise) } : specOf(member),
    ]),
  );
}

/** What the app's client is told that it can call. */
export const apiSpec = () => specOf(modules);

/** The method that a request means, if there is one; a class's methods come with the class's name. */
export function methodOf({ mod, fn, _cls: of }) {
  const own = (object, name) => (object && Object.hasOwn(object, name) ? object[name] : undefined);
  const members = own(modules, mod);
  const method = own(of ? own(members, of) : members, fn);
  return method && isMethod(method) ? method : undefined;
}
