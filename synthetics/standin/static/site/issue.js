// The comments of an issue: loaded over REST, and loaded again each second.

import { documentOf, rest } from "./rest.js";
import { shown } from "./rich_text.js";

const POLL_MS = 1000;
const key = document.querySelector("[data-issue]").dataset.issue;
const list = document.querySelector(".comments");
const state = document.getElementById("comments-state");
const form = document.getElementById("comment-form");
const text = document.getElementById("comment-text");
const save = form.querySelector("[type=submit]");
const alert = form.querySelector("[role=alert]");
const moment = new Intl.DateTimeFormat("en-US", { dateStyle: "medium", timeStyle: "short" });

function made(tag, className, ...inner) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  element.append(...inner);
  return element;
}

function initials(name) {
  const words = name.split(" ");
  return ((words[0]?.[0] ?? "") + (words.length > 1 ? words.at(-1)[0] : "")).toUpperCase();
}

function item(comment) {
  const face = made("span", comment.author.accountType === "app" ? "face of-app" : "face", initials(comment.author.displayName));
  face.setAttribute("aria-hidden", "true");
  const when = made("time", "", moment.format(new Date(comment.created)));
  when.dateTime = comment.created;
  const head = made("p", "head", made("strong", "", comment.author.displayName), when);
  const element = made("li", "", face, made("div", "", head, made("div", "rich", shown(comment.body))));
  element.dataset.comment = comment.id;
  return element;
}

// A comment that is shown already keeps its element, so that nothing flickers under a reader or a click.
function show(comments) {
  const there = new Map([...list.children].map((element) => [element.dataset.comment, element]));
  list.replaceChildren(...comments.map((comment) => there.get(comment.id) ?? item(comment)));
  state.hidden = comments.length > 0;
  state.textContent = "No comments yet.";
}

async function load() {
  try {
    show((await rest("GET", `/rest/api/3/issue/${key}/comment`)).comments);
  } catch {
    state.hidden = false;
    state.textContent = "Comments could not be loaded. Trying again.";
  }
}

async function poll() {
  await load();
  setTimeout(poll, POLL_MS);
}

text.addEventListener("input", () => {
  save.disabled = !text.value.trim();
});

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  save.disabled = true;
  alert.hidden = true;
  try {
    await rest("POST", `/rest/api/3/issue/${key}/comment`, { body: documentOf(text.value) });
    text.value = "";
    await load();
  } catch (error) {
    alert.textContent = error.message;
    alert.hidden = false;
    save.disabled = false;
  }
});

poll();
