// Integration Hub for Jira: the admin page, the page in a project, and the panel on an issue.

import { make } from "./dom.js";
import { configuration } from "./configuration.js";
import { executionLog } from "./execution_log.js";
import { getContext, invoke } from "./bridge_calls.js";
import { tabs } from "./tabs.js";
import { triggers } from "./triggers.js";

const root = document.getElementById("root");
const notice = make("div", { class: "notice" });
const stage = make("div", { class: "stage" });

// The ready marker is there while what is shown is true: not before the first data, and not while a call has failed.
function mark(state) {
  root.dataset.testid = `ihub-${state}`;
  root.setAttribute("aria-busy", String(state === "loading"));
}

/**
 * Ask the backend for something and go on with the answer; a failure is shown with a button that asks again.
 * @param {() => Promise<object>} ask
 * @param {(answer: object) => unknown} goOn Not run again by the button once it has run.
 */
async function attempt(ask, goOn) {
  let answer;
  try {
    answer = await ask();
  } catch (error) {
    console.error(error);
    mark("failed");
    showFailure(error, () => attempt(ask, goOn));
    return;
  }
  notice.replaceChildren();
  mark("ready");
  await goOn(answer);
}

function showFailure(error, retry) {
  notice.replaceChildren(
    make(
      "div",
      { class: "alert", role: "alert" },
      make("div", {}, make("strong", {}, "Something went wrong"), make("p", {}, error.message)),
      make("button", { type: "button", class: "plain", onclick: retry }, "Retry"),
    ),
  );
}

async function load() {
  stage.replaceChildren(make("p", { class: "empty", role: "status" }, "Loading your flows\u2026"));
  try {
    const { extension } = await getContext();
    const issue = extension.type === "jira:issuePanel" ? extension.issue.key : null;
    const asked = [["listFlows"], ["getTriggers"], ["listExecutions", issue ? { issue } : {}]];
    return Object.assign({ extension, issue }, ...(await Promise.all(asked.map((call) => invoke(...call)))));
  } catch (error) {
    stage.replaceChildren();
    throw error;
  }
}

// What each place shows, by the kind of module.
const PLACES = {
  "jira:globalPage": (data) => [
    ["Configuration", configuration(data, attempt)],
    ["Triggers", triggers(data)],
    ["Execution Log", executionLog(data, attempt)],
  ],
  "jira:projectPage": (data) => [
    ["Execution Log", executionLog(data, attempt)],
    ["Triggers", triggers(data)],
  ],
};

function show(data) {
  const { type } = data.extension;
  if (type === "jira:issuePanel") {
    // The host has put a title of its own above the panel, which has little room.
    root.querySelector(".head").hidden = true;
    const log = executionLog(data, attempt);
    stage.replaceChildren(log.element);
    log.shown();
    return;
  }
  stage.replaceChildren(tabs("Integration Hub sections", PLACES[type](data)));
}

mark("loading");
root.replaceChildren(
  make(
    "header",
    { class: "head" },
    make("span", { class: "logo", "aria-hidden": "true" }),
    make("div", {}, make("h1", {}, "Integration Hub for Jira"), make("p", {}, "Connect what happens in Jira with what should happen next.")),
    make("span", { class: "version" }, `Version ${root.dataset.appVersion}`),
  ),
  notice,
  stage,
);
attempt(load, show);
