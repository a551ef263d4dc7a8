// The frame of a Connect app with its container and the words over it while the app is not up.

import { indicator } from "./indicator.js";
import { answerApp } from "./messages.js";
import { apiSpec } from "./modules.js";

const SANDBOX =
  "allow-downloads allow-forms allow-modals allow-popups allow-popups-to-escape-sandbox allow-same-origin allow-scripts " +
  "allow-top-navigation-by-user-activation";

/** Mount an app; its address is renewed first where the token in it has expired. */
export async function mountConnect(stage, extension) {
  const container = document.createElement("div");
  container.className = "ap-iframe-container";
  const status = indicator();
  container.append(status.element);
  stage.append(container);
  let current = extension;
  try {
    if (isExpired(extension.url)) current = await renewed(extension);
  } catch (error) {
    container.prepend(resolveError(error.message));
    return;
  }
  const frame = frameOf(current);
  container.id = `embedded-${frame.id}`;
  container.prepend(frame);
  status.watch();
  answerApp({ frame, extension: current, onUp: status.hide });
}

function frameOf(extension) {
  const number = crypto.getRandomValues(new Uint32Array(1))[0].toString(16);
  const frame = document.createElement("iframe");
  frame.id = `${extension.addonKey}__${extension.key}__${number}`;
  frame.className = "ap-iframe";
  frame.title = extension.title;
  frame.setAttribute("sandbox", SANDBOX);
  frame.setAttribute("referrerpolicy", "no-referrer");
  // The client reads the name as soon as it runs, so it is set before the address.
  frame.name = JSON.stringify({
    extension_id: frame.id,
    api: apiSpec(),
    origin: window.location.origin,
    options: { hostOrigin: window.location.origin, globalOptions: { check_init: true }, autoresize: false },
  });
  frame.src = extension.url;
  return frame;
}

function isExpired(url) {
  const token = new URL(url).searchParams.get("jwt");
  if (!token) return false;
  const claims = JSON.parse(atob(token.split(".")[1].replaceAll("-", "+").replaceAll("_", "/")));
  return claims.exp * 1000 < Date.now();
}

async function renewed({ renewPath }) {
  const response = await fetch(renewPath, { method: "POST" });
  if (!response.ok) throw new Error(`The site answered ${response.status}.`);
  return response.json();
}

function resolveError(sentence) {
  const box = document.createElement("div");
  box.className = "connect-resolve-error";
  const [what, why] = [document.createElement("p"), document.createElement("p")];
  what.className = "error";
  what.textContent = "Error: The content resolver threw the following error:";
  why.textContent = sentence;
  box.append(what, why);
  return box;
}
