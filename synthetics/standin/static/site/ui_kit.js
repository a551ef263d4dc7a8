// UI Kit: the app says what is to be seen, and the host draws it in its own page, with no frame.

import { invoke } from "./forge_requests.js";

const APPEARANCES = { success: "done", moved: "in-progress", removed: "removed" };

function made(tag, className, text) {
  const element = document.createElement(tag);
  element.className = className;
  element.textContent = text;
  return element;
}

/**
 * Draw what a function of the app answers, and again when one of its buttons asks for it.
 * @param {HTMLElement} place Where.
 * @param {object} extension What the server says of the module.
 * @param {string} functionKey The function that says what is to be seen.
 */
export async function drawUiKit(place, extension, functionKey) {
  place.setAttribute("aria-busy", "true");
  for (const button of place.querySelectorAll("button")) button.disabled = true;
  try {
    const tree = await invoke({ functionKey }, { extension });
    place.replaceChildren(drawn(tree, (key) => drawUiKit(place, extension, key)));
  } catch (error) {
    console.error(error);
    place.replaceChildren(failure(error, () => drawUiKit(place, extension, functionKey)));
  }
  place.setAttribute("aria-busy", "false");
}

function drawn(node, call) {
  const components = {
    Stack: () => {
      const stack = made("div", "stack", "");
      stack.append(...node.children.map((child) => drawn(child, call)));
      return stack;
    },
    Text: () => made("p", "", node.text),
    Lozenge: () => made("span", `lozenge ${APPEARANCES[node.appearance] ?? ""}`, node.text),
    Button: () => {
      const button = made("button", "plain", node.text);
      button.type = "button";
      button.addEventListener("click", () => call(node.function));
      return button;
    },
  };
  if (!Object.hasOwn(components, node.type)) throw new Error(`UI Kit has no component named ${node.type}.`);
  return components[node.type]();
}

function failure(error, retry) {
  const alert = made("div", "alert", "");
  alert.setAttribute("role", "alert");
  const button = made("button", "plain", "Retry");
  button.type = "button";
  button.addEventListener("click", retry);
  alert.append(made("p", "", error.message), button);
  return alert;
}
