// The page that holds a Forge app: mounts its frame a little after the page itself, and shows it once its bridge is up.

import { answerBridge } from "./forge_bridge.js";

const MOUNT_AFTER_MS = 150;
// After this long the page says what it thinks, and goes on waiting.
const SLOW_AFTER_MS = 12000;

const extension = JSON.parse(document.getElementById("forge-extension").textContent);
const container = document.querySelector('[data-testid="hosted-resources-iframe-container"]');
const loading = document.querySelector('[data-testid="forge-app-loading"]');

function mount() {
  const frame = document.createElement("iframe");
  frame.dataset.testid = "hosted-resources-iframe";
  frame.setAttribute("sandbox", "allow-downloads allow-forms allow-modals allow-same-origin allow-scripts");
  frame.title = document.title.replace(/ - Jira$/, "");
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

setTimeout(mount, MOUNT_AFTER_MS);
