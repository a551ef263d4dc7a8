// The page editor: a title, words in plain text, and macros as blocks between them.

import { openPanel, closePanel } from "./macro_panel.js";
import { macroOf, wordsOf } from "./storage.js";

const draft = JSON.parse(document.getElementById("draft").textContent);
const form = document.getElementById("editor");
const title = document.getElementById("page-title");
const stage = document.getElementById("blocks");
const publish = document.getElementById("publish-button");
const alert = form.querySelector("[role=alert]");
const saved = form.querySelector(".saved");
let lastWords = 0;

function made(tag, attributes, ...inner) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...inner);
  return element;
}

function grow(area) {
  area.style.height = "auto";
  area.style.height = `${area.scrollHeight + 2}px`;
}

function wordsElement(block, number) {
  const area = made("textarea", {
    "aria-label": number ? `Body text ${number + 1}` : "Body text",
    placeholder: number ? "" : "Write something",
    rows: "1",
  });
  area.value = block.text;
  area.addEventListener("input", () => {
    // What was not touched stays as it is, with all that plain text cannot say.
    block.text = area.value;
    block.storage = wordsOf(area.value);
    changed();
    grow(area);
  });
  area.addEventListener("focus", () => {
    lastWords = draft.blocks.indexOf(block);
  });
  return area;
}

function summary({ config, fields }) {
  const set = fields.filter(({ name }) => config[name]).map(({ name, label }) => `${label}: ${config[name]}`);
  return set.length ? set.join(" \u00b7 ") : "Not configured yet";
}

function macroElement(block) {
  const words = made("small", {}, summary(block));
  const edit = made("button", { type: "button", class: "plain", "aria-label": `Edit ${block.title}` }, "Edit");
  const remove = made("button", { type: "button", class: "quiet", "aria-label": `Remove ${block.title}` }, "Remove");
  edit.addEventListener("click", () =>
    openPanel(block, () => {
      words.textContent = summary(block);
      changed();
    }),
  );
  remove.addEventListener("click", () => {
    closePanel();
    const at = draft.blocks.indexOf(block);
    const [before, , after] = draft.blocks.slice(at - 1, at + 2);
    const text = [before.text, after.text].filter(Boolean).join("\n\n");
    draft.blocks.splice(at - 1, 3, { kind: "words", text, storage: before.storage + after.storage });
    draw();
    changed();
  });
  const icon = made("span", { class: "macro-icon", "aria-hidden": "true" }, block.title[0]);
  return made(
    "section",
    { class: "macro-block", "aria-label": `${block.title} macro`, "data-testid": "editor-macro" },
    icon,
    made("div", {}, made("strong", {}, block.title), words),
    edit,
    remove,
  );
}

function draw() {
  let number = 0;
  stage.replaceChildren(
    ...draft.blocks.map((block) => (block.kind === "macro" ? macroElement(block) : wordsElement(block, number++))),
  );
  stage.querySelectorAll("textarea").forEach(grow);
}

function changed() {
  saved.textContent = "Unpublished changes";
}

function complain(sentence) {
  alert.textContent = sentence;
  alert.hidden = !sentence;
}

function body() {
  const storage = draft.blocks.map((block) => (block.kind === "macro" ? macroOf(block) : block.storage));
  return { representation: "storage", value: storage.join("") };
}

async function write() {
  const page = { status: "current", title: title.value, body: body() };
  const [method, path, asked] = draft.id
    ? ["PUT", `/wiki/api/v2/pages/${draft.id}`, { ...page, id: draft.id, version: { number: draft.version + 1 } }]
    : ["POST", "/wiki/api/v2/pages", { ...page, spaceId: draft.spaceId }];
  const response = await fetch(path, {
    method,
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(asked),
  });
  const answer = await response.json().catch(() => null);
  if (!response.ok) throw new Error(answer?.errors?.[0]?.title ?? `Confluence answered ${response.status}.`);
  return answer;
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  complain("");
  publish.disabled = true;
  try {
    const page = await write();
    window.location.assign(`/wiki${page._links.webui}`);
  } catch (error) {
    complain(error.message);
    publish.disabled = false;
  }
});

// Enter in the title must not publish the page.
title.addEventListener("keydown", (event) => {
  if (event.key === "Enter") event.preventDefault();
});
title.addEventListener("input", changed);

for (const button of document.querySelectorAll("[data-insert]")) {
  button.addEventListener("click", () => {
    const macro = structuredClone(draft.insertable[Number(button.dataset.insert)]);
    const at = Math.min(lastWords, draft.blocks.length - 1);
    draft.blocks.splice(at + 1, 0, macro, { kind: "words", text: "", storage: "" });
    draw();
    changed();
    stage.children[at + 1].querySelector("button").click();
  });
}

draw();

// Until now the button was off: the browser itself would send the form, and nothing would be saved.
publish.disabled = false;
