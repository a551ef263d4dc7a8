// A dialog that the host opens for an app, with another frame of the app in it.

import { answerBridge } from "./forge_bridge.js";

const MEDIUM = "medium";

/** Close the dialog that a frame is in, after its app was told; false where the frame is in none. */
export async function closed(payload, session) {
  if (!session.closeModal) return false;
  if (session.onClose) await session.tell(session.onClose, payload);
  return session.closeModal(payload);
}

/** Open a dialog with one of the app's resources in it; false where the app has none of this name. */
export function openModal(asked, opener) {
  const { resource, context, onClose, closeOnEscape = true, closeOnOverlayClick = true } = asked;
  const url = resource ? opener.extension.resources[resource] : opener.extension.url;
  if (!url) return false;
  const frame = frameOf(url, opener);
  const dialog = dialogAround(frame, asked);

  const within = { ...opener.extension.context.extension, modal: context };
  const extension = { ...opener.extension, url, context: { ...opener.extension.context, extension: within } };
  const { session, stop } = answerBridge(frame, extension, () => {}, (payload) => {
    if (dialog.isConnected) {
      stop();
      dialog.remove();
      opener.callBack(onClose, payload);
    }
    return true;
  });

  // The app in it is told as when it ends the dialog itself; whoever insists is not kept waiting for its answer.
  let leaving = false;
  const leave = () => {
    if (leaving) session.closeModal();
    else closed(undefined, session);
    leaving = true;
  };
  if (!closeOnEscape) dialog.setAttribute("closedby", "none");
  dialog.addEventListener("cancel", (event) => {
    event.preventDefault();
    if (closeOnEscape) leave();
  });
  // A browser need not ask before it closes a dialog.
  dialog.addEventListener("close", leave);
  // All of the dialog's own area is the frame's: what is clicked on beside it is the overlay.
  dialog.addEventListener("click", ({ target }) => target === dialog && closeOnOverlayClick && leave());
  dialog.showModal();
  return true;
}

function frameOf(url, opener) {
  const frame = document.createElement("iframe");
  frame.dataset.testid = "hosted-resources-iframe";
  frame.setAttribute("sandbox", opener.frame.getAttribute("sandbox"));
  frame.src = url;
  return frame;
}

/** The size is a name that the style sheet knows, or a width and perhaps a height in CSS. */
function dialogAround(frame, { size = MEDIUM, title }) {
  const dialog = document.createElement("dialog");
  dialog.className = `forge-modal ${typeof size === "string" ? size : MEDIUM}`;
  if (typeof size === "object") Object.assign(dialog.style, { width: size.width, height: size.height ?? "" });
  dialog.setAttribute("aria-label", title || "App dialog");
  const box = document.createElement("div");
  box.dataset.testid = "hosted-resources-iframe-container";
  box.append(frame);
  dialog.append(box);
  document.body.append(dialog);
  return dialog;
}
