// A question with two answers.

import { make } from "./dom.js";

/** @returns {Promise<boolean>} Whether the person went on. */
export function confirmation(title, text, yes) {
  return new Promise((resolve) => {
    const answer = (sure) => () => {
      dialog.remove();
      resolve(sure);
    };
    const dialog = make(
      "dialog",
      { "aria-label": title, oncancel: answer(false) },
      make("h2", {}, title),
      make("p", {}, text),
      make(
        "footer",
        {},
        make("button", { type: "button", class: "quiet", onclick: answer(false) }, "Cancel"),
        make("button", { type: "button", class: "solid bad", onclick: answer(true) }, yes),
      ),
    );
    document.body.append(dialog);
    dialog.showModal();
  });
}
