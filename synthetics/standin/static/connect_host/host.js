// The pages and panels that hold a Connect app: each stage on the page gets its frame.

import { mountConnect } from "./frame.js";

const MOUNT_AFTER_MS = 100;

for (const stage of document.querySelectorAll("[data-connect-stage]")) {
  const extension = JSON.parse(stage.querySelector(".connect-extension").textContent);
  setTimeout(() => mountConnect(stage, extension), MOUNT_AFTER_MS);
}
