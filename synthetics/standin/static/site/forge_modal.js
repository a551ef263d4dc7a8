// A dialog that the host opens for an app, with another frame of the app in it.

import { answerBridge } from "./forge_bridge.js";

export function openModal({ context, size, title, onClose, closeOnEscape = true }, session) {
  const dialog = document.createElement("dialog");
  dialog.className = `forge-modal ${typeof size === "string" ? size : "medium"}`;
  dialog.setAttribute("aria-label", title || "App dialog");
  const frame = document.createElement("iframe");
  frame.dataset.testid = "hosted-resources-iframe";
  frame.setAttribute("sandbox", session.frame.getAttribute("sandbox"));
  frame.src = session.extension.url;
  const box = document.createElement("div");
  box.dataset.testid = "hosted-resources-iframe-container";
  box.append(frame);
  dialog.append(box);
  document.body.append(dialog);

  const within = { ...session.extension.context.extension, modal: context };
  const stop = answerBridge(
    frame,
    { ...session.extension, context: { ...session.extension.context, extension: within } },
    () => {},
    (payload) => {
      stop();
      dialog.remove();
      session.callBack(onClose, payload);
      return true;
    },
  );
  dialog.addEventListener("cancel", (event) => {
    event.preventDefault();
    if (closeOnEscape) {
      stop();
      dialog.remove();
      session.callBack(onClose);
    }
  });
  dialog.showModal();
  return true;
}
