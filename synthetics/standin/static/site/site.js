// What every page has: menus and the dialog that creates an issue.

import { showFlag } from "./flags.js";
import { documentOf, rest } from "./rest.js";

for (const button of document.querySelectorAll("[data-menu]")) {
  const menu = document.getElementById(button.getAttribute("aria-controls"));
  const open = (wanted) => {
    menu.hidden = !wanted;
    button.setAttribute("aria-expanded", String(wanted));
  };
  button.addEventListener("click", () => open(menu.hidden));
  document.addEventListener("click", (event) => {
    if (!button.contains(event.target) && !menu.contains(event.target)) open(false);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") open(false);
  });
}

const dialog = document.getElementById("create-dialog");
const form = dialog.querySelector("form");
const alert = dialog.querySelector("[role=alert]");
const submit = dialog.querySelector("[type=submit]");

function complain(sentence) {
  alert.textContent = sentence;
  alert.hidden = !sentence;
}

document.getElementById("create-issue").addEventListener("click", () => {
  form.reset();
  complain("");
  dialog.showModal();
  form.elements.summary.focus();
});
dialog.querySelector("[value=cancel]").addEventListener("click", () => dialog.close());

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  complain("");
  submit.disabled = true;
  try {
    const made = await rest("POST", "/rest/api/3/issue", { fields: asked() });
    dialog.close();
    showFlag({
      id: made.key,
      type: "success",
      title: `${made.key} has been created`,
      description: form.elements.summary.value,
      link: { text: "View issue", href: `/browse/${made.key}` },
    });
  } catch (error) {
    complain(error.message);
  } finally {
    submit.disabled = false;
  }
});

function asked() {
  const { project, issuetype, summary, description, labels } = form.elements;
  return {
    project: { key: project.value },
    issuetype: { name: issuetype.value },
    summary: summary.value,
    ...(description.value.trim() ? { description: documentOf(description.value) } : {}),
    labels: labels.value.split(/\s+/).filter(Boolean),
  };
}
