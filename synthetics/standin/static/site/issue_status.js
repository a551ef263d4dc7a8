// The status of an issue: a button whose menu holds the transitions that can be taken.

import { rest } from "./rest.js";

const key = document.querySelector("[data-issue]").dataset.issue;
const path = `/rest/api/3/issue/${key}/transitions`;
const place = document.querySelector('[data-testid="issue.views.issue-base.foundation.status"]');
const button = place.querySelector(".status-button");
const menu = document.getElementById("status-menu");
const alert = document.getElementById("status-alert");

function lozenge(status) {
  const made = document.createElement("span");
  made.className = `lozenge ${status.toLowerCase().replaceAll(" ", "-")}`;
  made.textContent = status;
  return made;
}

function show(status) {
  button.replaceChildren(lozenge(status));
  button.setAttribute("aria-label", `${status} - Change status`);
}

function close() {
  // An empty menu: what is not there cannot be taken for the issue's own status.
  menu.replaceChildren();
  menu.hidden = true;
  button.setAttribute("aria-expanded", "false");
}

function item(transition) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "quiet";
  made.setAttribute("role", "menuitem");
  made.append(transition.name, lozenge(transition.to.name));
  made.addEventListener("click", () => attempt(() => take(transition)));
  return made;
}

async function take(transition) {
  close();
  await rest("POST", path, { transition: { id: transition.id } });
  show(transition.to.name);
}

async function open() {
  const { transitions } = await rest("GET", path);
  menu.replaceChildren(...transitions.map(item));
  menu.hidden = false;
  button.setAttribute("aria-expanded", "true");
  menu.firstElementChild?.focus();
}

async function attempt(act) {
  alert.hidden = true;
  button.disabled = true;
  try {
    await act();
  } catch (error) {
    alert.textContent = error.message;
    alert.hidden = false;
  } finally {
    button.disabled = false;
  }
}

button.addEventListener("click", () => (menu.hidden ? attempt(open) : close()));
document.addEventListener("click", ({ target }) => {
  if (!button.contains(target) && !menu.contains(target)) close();
});
menu.addEventListener("keydown", ({ key: pressed }) => {
  const items = [...menu.children];
  const step = { ArrowDown: 1, ArrowUp: -1 }[pressed];
  if (step) items.at((items.indexOf(document.activeElement) + step) % items.length).focus();
  if (pressed === "Escape") {
    close();
    button.focus();
  }
});
