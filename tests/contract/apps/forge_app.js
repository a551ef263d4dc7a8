// An app of Forge Custom UI that does nothing but use the real bridge library. What it can do is in `window.contract`.

import {
  Modal,
  events,
  invoke,
  invokeRemote,
  requestConfluence,
  requestJira,
  requestRemote,
  router,
  showFlag,
  view,
} from "@forge/bridge";

const PATIENCE_MS = 10000;

/** What happens, unless it does not. */
function inTime(what, happening, patience = PATIENCE_MS) {
  const late = new Promise((_resolve, reject) => {
    setTimeout(() => reject(new Error(`The host has not answered: ${what}.`)), patience);
  });
  return Promise.race([new Promise(happening), late]);
}

const outcome = (promise) =>
  promise.then(
    (value) => ({ value }),
    (error) => ({ error: error.message }),
  );

async function answered(request) {
  const response = await request;
  return { status: response.status, ok: response.ok, type: response.headers.get("content-type"), body: await response.json() };
}

/** Everything that is heard of two events, the listener having gone away between them. */
async function heard(listen, emit) {
  const payloads = [];
  const subscription = await listen("contract", (payload) => payloads.push(payload));
  await emit("contract", { number: 1 });
  await subscription.unsubscribe();
  await emit("contract", { number: 2 });
  // What would be delivered nevertheless is delivered before the next answer.
  await view.getContext();
  return payloads;
}

/** Who hears an event when the first two of three listeners have gone away, the third having come between. */
async function left() {
  const heardBy = [];
  const listener = (name) => events.on("left", () => heardBy.push(name));
  const first = await listener("first");
  const second = await listener("second");
  await first.unsubscribe();
  await listener("third");
  await second.unsubscribe();
  await events.emit("left");
  return heardBy;
}

async function history() {
  const made = await view.createHistory();
  const told = [];
  const moves = (move) => inTime("a move in the history", (resolve) => {
    const stop = made.listen((location, action) => {
      stop();
      told.push({ path: location.pathname, search: location.search, action });
      resolve();
    });
    move();
  });
  const start = made.location.pathname;
  await moves(() => made.push("/flows?open=7"));
  const current = made.location.pathname;
  await moves(() => made.replace("/log"));
  await moves(() => made.goBack());
  return { start, current, told, href: made.createHref("/flows") };
}

let undone = false;
let shown = null;
let closedWith = null;
let arrival = null;
let hears = [];

window.contract = {
  context: () => view.getContext(),
  invoke: (...args) => outcome(invoke(...args)),
  invokeRemote: (input) => invokeRemote(input),
  requestJira: (...args) => answered(requestJira(...args)),
  requestConfluence: (...args) => answered(requestConfluence(...args)),
  requestRemote: (...args) => answered(requestRemote(...args)),
  attach: (issue, name, text) => {
    const form = new FormData();
    form.append("file", new File([text], name, { type: "text/markdown" }));
    form.append("comment", "Beside the file");
    return answered(requestJira(`/rest/api/3/issue/${issue}/attachments`, { method: "POST", body: form }));
  },
  download: async (path) => {
    const blob = await (await requestJira(path)).blob();
    return { type: blob.type, text: await blob.text() };
  },

  showFlag: async (id) => {
    undone = false;
    const undo = { text: "Undo", onClick: () => { undone = true; } };
    shown = showFlag({ id, title: `Saved ${id}`, description: "All of it", actions: [undo] });
    // The host has dealt with the flag before it answers this.
    await view.getContext();
  },
  closeFlag: () => shown.close(),
  undone: async () => {
    await view.getContext();
    return undone;
  },

  navigate: (location) => router.navigate(location),
  openTab: (location) => router.open(location),
  urlOf: async (location) => (await router.getUrl(location)).href,
  reload: () => router.reload(),

  heard: () => heard(events.on, events.emit),
  left,
  heardPublicly: () => heard(events.onPublic, events.emitPublic),
  readyEvent: async () => {
    const payloads = [];
    await events.on("EXTENSION_READY", (payload) => payloads.push(payload));
    await view.emitReadyEvent();
    return payloads;
  },

  // Who hears whom: this app's frames one another, and everybody what is said to everybody.
  listen: async (event) => {
    hears = [];
    await events.on(event, (payload) => hears.push(["among us", payload]));
    await events.onPublic(event, (payload) => hears.push(["publicly", payload]));
  },
  say: async (event) => {
    await events.emit(event, "to us");
    await events.emitPublic(event, "to everybody");
  },
  hears: async () => {
    await view.getContext();
    return hears;
  },

  openModal: async (title, context, options) => {
    let tell;
    closedWith = inTime("the dialog was closed", (resolve) => { tell = resolve; });
    await new Modal({ title, size: "small", context, onClose: (payload) => tell({ payload }), ...options }).open();
  },
  openNothing: (options) => outcome(new Modal(options).open()),
  closedWith: () => closedWith,
  onClose: (name) => view.onClose(() => void events.emit(name, "closing")),
  onCloseHere: () => outcome(view.onClose(() => {})),
  listenFor: async (name, patience) => {
    arrival = inTime(`the event ${name}`, (resolve) => void events.on(name, resolve), patience);
    await view.getContext();
  },
  arrival: () => arrival,
  submit: (payload) => outcome(view.submit(payload)),
  close: (payload) => outcome(view.close(payload)),
  open: () => outcome(view.open()),
  refresh: () => outcome(view.refresh()),

  enableTheming: async () => {
    await view.theme.enable();
    return { ...document.documentElement.dataset };
  },
  history,
  title: (title) => view.changeWindowTitle(title),
};

document.body.dataset.contract = "ready";
