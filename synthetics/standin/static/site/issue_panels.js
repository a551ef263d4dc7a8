// The panels of Forge apps on an issue. Those with a frame are added by a button, as on the real host, and mounted then;
// those of UI Kit are drawn by the host itself.

import { mountForge } from "./forge_mount.js";
import { drawUiKit } from "./ui_kit.js";

for (const button of document.querySelectorAll("[data-opens-panel]")) {
  const panel = document.querySelector(`[data-panel="${CSS.escape(button.dataset.opensPanel)}"]`);
  button.addEventListener("click", () => {
    panel.hidden = false;
    button.disabled = true;
    button.setAttribute("aria-expanded", "true");
    mountForge(panel.querySelector("[data-forge-stage]"));
  });
}

for (const place of document.querySelectorAll("[data-ui-kit]")) {
  drawUiKit(place, JSON.parse(place.parentElement.querySelector(".forge-extension").textContent), "check");
}
