// Mounts a module of a Forge app: its frame is hidden until its bridge is up, and absent until the user has consented.

import { answerBridge } from "./forge_bridge.js";

// After this long the page says what it thinks, and goes on waiting.
const SLOW_AFTER_MS = 12000;
const SANDBOX = "allow-downloads allow-forms allow-modals allow-same-origin allow-scripts";

/**
 * @param {HTMLElement} stage What `forge_frame.html` makes: the place of the frame, the word that it loads, and the description.
 */
export function mountForge(stage) {
  const extension = JSON.parse(stage.querySelector(".forge-extension").textContent);
  const container = stage.querySelector('[data-testid="hosted-resources-iframe-container"]');
  const loading = stage.querySelector('[data-testid="forge-app-loading"]');
  const mount = () => {
    loading.hidden = false;
    frameIn(container, loading, extension);
  };
  if (!extension.consent || consented(extension)) {
    mount();
    return;
  }
  loading.hidden = true;
  stage.prepend(consentBanner(extension, mount));
}

function frameIn(container, loading, extension) {
  const frame = document.createElement("iframe");
  frame.dataset.testid = "hosted-resources-iframe";
  frame.setAttribute("sandbox", SANDBOX);
  frame.title = extension.title;
  frame.className = "starting";
  frame.src = extension.url;
  const slow = setTimeout(() => {
    loading.lastElementChild.textContent = "The app is not responding. You can wait, or load the page again.";
  }, SLOW_AFTER_MS);
  answerBridge(frame, extension, () => {
    clearTimeout(slow);
    frame.classList.remove("starting");
    loading.hidden = true;
  });
  container.append(frame);
}

// Consent is kept for the browser's session: the next fresh context is asked again, as a new user would be.
const keyOf = (extension) => `standin.consent.${extension.context.environmentId}`;
const consented = (extension) => sessionStorage.getItem(keyOf(extension)) !== null;

function consentBanner(extension, allowed) {
  const banner = document.createElement("section");
  banner.className = "consent";
  banner.setAttribute("aria-label", `Access for ${extension.title}`);
  const words = document.createElement("p");
  words.textContent = `${extension.title} needs your permission. Grant it access to Atlassian apps on your behalf.`;
  const allow = document.createElement("button");
  Object.assign(allow, { type: "button", className: "solid", textContent: "Allow access" });
  allow.addEventListener("click", () => {
    sessionStorage.setItem(keyOf(extension), "yes");
    banner.remove();
    allowed();
  });
  banner.append(words, allow);
  return banner;
}
