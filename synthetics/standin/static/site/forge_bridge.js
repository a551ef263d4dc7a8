// The host's side of the Forge bridge: answers what an app's frame asks for.

import { calls } from "./forge_calls.js";

/**
 * Answer one frame.
 * @param {HTMLIFrameElement} frame The frame; nobody else is listened to.
 * @param {object} extension What the server says of the app.
 * @param {() => void} onUp Called at the first message, when the app's own files have begun to run.
 * @param {(payload: unknown) => boolean} [closeModal] Closes the dialog that the frame is in, if it is in one.
 * @returns {{session: object, stop: () => void}} What is kept for the frame, and a function that stops answering.
 */
export function answerBridge(frame, extension, onUp, closeModal) {
  const send = (message) => frame.contentWindow?.postMessage({ standinForge: 1, ...message }, extension.cdn);
  const telling = [];
  const session = {
    extension,
    frame,
    closeModal,
    subscriptions: new Map(),
    // The same, and resolved when the function has run.
    tell: (packed, ...args) =>
      new Promise((resolve) => {
        telling.push(resolve);
        send({ callback: packed.__callback, args, told: telling.length });
      }),
    callBack: (packed, ...args) => packed?.__callback && send({ callback: packed.__callback, args }),
  };
  let up = false;

  const answer = async ({ source, origin, data }) => {
    if (source !== frame.contentWindow || origin !== extension.cdn || data?.standinForge !== 1) return;
    if ("told" in data) {
      telling[data.told - 1]?.();
      return;
    }
    if (!up) {
      up = true;
      onUp();
    }
    try {
      const call = Object.hasOwn(calls, data.name) ? calls[data.name] : unknown(data.name);
      send({ answer: data.call, result: await call(data.payload, session) });
    } catch (error) {
      send({ answer: data.call, error: { message: error.message, ...error.details } });
    }
  };
  window.addEventListener("message", answer);
  return { session, stop: () => window.removeEventListener("message", answer) };
}

function unknown(name) {
  return () => {
    throw new Error(`The bridge has no call named ${name}.`);
  };
}
