// The host's side of Connect's messages.
//   from the app:  {eid, type: "init"}  {eid, type: "req", mod, fn, mid, args, _cls?, _id?}  {eid, type: "event_query" | "broadcast" | "unload" | ...}
//   to the app:    {type: "init_received"}  {type: "resp", mid, forPlugin: true, args}  {type: "evt", etyp, evnt}

import { methodOf } from "./modules.js";

const sessions = new Set();

/**
 * Answer the app in one frame; nobody else is listened to.
 * @param {{frame: HTMLIFrameElement, extension: object, onUp: () => void}} mounted
 */
export function answerApp({ frame, extension, onUp }) {
  const send = (message) => frame.contentWindow?.postMessage(message, extension.origin);
  const session = { frame, extension, send, isUp: false, sendEvent };
  sessions.add(session);

  window.addEventListener("message", ({ source, origin, data }) => {
    if (source !== frame.contentWindow || origin !== extension.origin || data?.eid !== frame.id) return;
    if (data.type === "init") begin(session, onUp, data.targets);
    else if (session.isUp) handlers[data.type]?.(data, session);
  });
}

function begin(session, onUp, targets) {
  session.isUp = true;
  session.send({ type: "init_received" });
  // A client in a frame within the app's frame asks whether its calls were led astray; here nothing stands between.
  if (targets) session.send({ type: "api_tamper", tampered: false });
  onUp();
}

const handlers = {
  req: answerRequest,
  broadcast: ({ etyp, evnt }, session) => sendEvent(etyp, evnt, (other) => other !== session && ofSameApp(session)(other)),
  unload: (_data, session) => {
    session.isUp = false;
  },
};

async function answerRequest(data, session) {
  const method = methodOf(data);
  if (!method) return;
  const answer = (...args) => data.mid && session.send({ type: "resp", mid: data.mid, forPlugin: true, args });
  try {
    const result = await method.call({ args: data.args ?? [], session, id: data._id });
    // A method that the client turns into a promise tells its error first.
    answer(...(method.promise ? [undefined, result] : [result]));
  } catch (error) {
    answer(...(method.promise ? [error.answer ?? error.message] : []));
  }
}

const ofSameApp = (session) => (other) => other.extension.addonKey === session.extension.addonKey;

/** Send an event to every app that is up and wanted. */
function sendEvent(etyp, evnt, wanted) {
  for (const session of sessions) {
    if (session.isUp && session.frame.isConnected && wanted(session)) session.send({ type: "evt", etyp, evnt });
  }
}
