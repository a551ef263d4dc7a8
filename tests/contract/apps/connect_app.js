// A Connect app that does nothing but use the real client library. What it can do is in `window.contract`.

const LIBRARY = "/atlassian-connect/all.js";

let greeted = false;
window.addEventListener("message", ({ source, data }) => {
  if (source === window.parent && data?.type === "init_received") greeted = true;
});

await new Promise((resolve, reject) => {
  const script = document.createElement("script");
  Object.assign(script, { src: LIBRARY, onload: resolve, onerror: () => reject(new Error(`No ${LIBRARY}.`)) });
  document.head.append(script);
});
const { AP } = window;

/** What a call that takes a callback is answered, or an error when it is not. */
function answerTo(what, ask, patience) {
  return new Promise((resolve, reject) => {
    setTimeout(() => reject(new Error(`The host has not answered: ${what}.`)), patience);
    ask(resolve, reject);
  });
}

/** What the host did of the calls before this one, it has done when this is answered. */
const settled = (patience) => answerTo("user.getLocale", (resolve) => AP.user.getLocale(resolve), patience);

const asked = (options, patience) =>
  answerTo(
    "request",
    (resolve) =>
      AP.request(options).then(
        ({ body, xhr }) => resolve({ body: JSON.parse(body), status: xhr.status }),
        ({ err, xhr }) => resolve({ error: err, status: xhr.status }),
      ),
    patience,
  );

/** Everything that is heard of two events, the listener having gone away between them. */
async function heard([on, off, emit], patience) {
  const events = [];
  const listener = (...args) => events.push(args);
  AP.events[on]("contract", listener);
  AP.events[emit]("contract", "first", { number: 1 });
  await settled(patience);
  AP.events[off]("contract", listener);
  AP.events[emit]("contract", "second");
  await settled(patience);
  return events;
}

let flag = null;
const flagEvents = [];
for (const name of ["flag.action", "flag.close"]) {
  AP.events.on(name, (told) => flagEvents.push({ name, of: told.flagIdentifier === flag?._id, action: told.actionIdentifier }));
}

// The last argument of each is how long it waits for an answer, in milliseconds.
window.contract = {
  greeted: async (patience) => {
    await settled(patience);
    return greeted;
  },
  location: (patience) => answerTo("getLocation", (resolve) => AP.getLocation(resolve), patience),
  context: (patience) => answerTo("context.getContext", (resolve) => AP.context.getContext(resolve), patience),
  token: (patience) => answerTo("context.getToken", (resolve) => AP.context.getToken(resolve), patience),
  promisedToken: (patience) => answerTo("context.getToken", (...ended) => AP.context.getToken().then(...ended), patience),
  ownServer: async (token) => (await fetch("/api/rings", { headers: { Authorization: `JWT ${token}` } })).status,
  myself: (patience) => asked("/rest/api/3/myself", patience),
  user: (patience) => answerTo("user.getCurrentUser", (resolve) => AP.user.getCurrentUser(resolve), patience),
  locale: (patience) => settled(patience),
  timeZone: (patience) => answerTo("user.getTimeZone", (resolve) => AP.user.getTimeZone(resolve), patience),
  request: asked,
  resize: async (width, height, patience) => {
    AP.resize(width, height);
    await settled(patience);
  },
  sizeToParent: async (patience) => {
    AP.sizeToParent();
    await settled(patience);
  },
  heard: (patience) => heard(["on", "off", "emit"], patience),
  heardPublicly: (patience) => heard(["onPublic", "offPublic", "emitPublic"], patience),
  showFlag: async (title, patience) => {
    flagEvents.length = 0;
    flag = AP.flag.create({ title, body: "All of it", type: "success", actions: { undo: "Undo" } });
    await settled(patience);
  },
  closeFlag: async (patience) => {
    flag.close();
    await settled(patience);
  },
  flagEvents: async (patience) => {
    await settled(patience);
    return flagEvents;
  },
  title: async (title, patience) => {
    AP.page.setTitle(title);
    await settled(patience);
  },
  refresh: async (patience) => {
    AP.jira.refreshIssuePage();
    await settled(patience);
  },
};

document.body.dataset.contract = "ready";
