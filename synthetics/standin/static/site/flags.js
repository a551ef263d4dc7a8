// Flags: short messages that lie over the page's lower left corner until they are dismissed.

const AUTO_DISMISS_MS = 8000;
const group = document.querySelector('[data-testid$="flag-group"]');

function button(text, act) {
  const made = document.createElement("button");
  Object.assign(made, { type: "button", className: "quiet", textContent: text });
  made.addEventListener("click", act);
  return made;
}

/**
 * Show a flag; one of the same id is replaced.
 * @param {{id: string, title: string, description?: string, type?: string, isAutoDismiss?: boolean,
 *          link?: {text: string, href: string}, actions?: {text: string, onClick?: () => void}[]}} flag
 */
export function showFlag({ id, title, description, type = "info", isAutoDismiss = false, link, actions = [] }) {
  closeFlag(id);
  const flag = document.createElement("article");
  flag.className = `flag ${type}`;
  flag.dataset.flag = id;
  flag.setAttribute("role", "alert");
  const heading = document.createElement("h3");
  heading.textContent = title;
  const words = document.createElement("p");
  words.textContent = description ?? "";
  const foot = document.createElement("footer");
  if (link) {
    const anchor = document.createElement("a");
    Object.assign(anchor, { href: link.href, textContent: link.text });
    foot.append(anchor);
  }
  foot.append(...actions.map((action) => button(action.text, () => action.onClick?.())));
  foot.append(button("Dismiss", () => closeFlag(id)));
  flag.append(heading, words, foot);
  group.append(flag);
  if (isAutoDismiss) setTimeout(() => flag.remove(), AUTO_DISMISS_MS);
}

export function closeFlag(id) {
  group.querySelector(`[data-flag="${CSS.escape(id)}"]`)?.remove();
}
