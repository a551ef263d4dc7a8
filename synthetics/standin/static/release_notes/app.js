// Release Notes: the versions of the project that the macro is configured for.

if (!window.__bridge?.callBridge) throw new Error("Unable to establish a connection with the Custom UI bridge.");
const { callBridge } = window.__bridge;

const root = document.getElementById("root");

function made(tag, attributes, ...inner) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...inner);
  return element;
}

// The ready marker is there while what is shown is true.
function show(state, ...inner) {
  root.dataset.testid = `release-notes-${state}`;
  root.setAttribute("aria-busy", String(state === "loading"));
  root.replaceChildren(...inner);
}

const date = new Intl.DateTimeFormat("en-US", { dateStyle: "long", timeZone: "UTC" });

function note({ kind, text }) {
  return made("li", {}, made("span", { class: `kind ${kind.toLowerCase()}` }, kind), made("span", {}, text));
}

function version({ version: number, date: day, notes }) {
  const when = made("time", { datetime: day }, date.format(new Date(day)));
  const list = made("ul", { "aria-label": `Notes of ${number}` }, ...notes.map(note));
  return made("li", { "data-version": number }, made("h2", {}, `Version ${number} `, when), list);
}

function newest(versions, limit) {
  const most = Number.parseInt(limit, 10);
  return most > 0 ? versions.slice(0, most) : versions;
}

function showNotes({ project, versions }, { heading, limit }) {
  const shown = newest(versions, limit);
  const list = made("ol", { "aria-label": "Versions", class: "versions" }, ...shown.map(version));
  const title = made("h1", {}, heading || `Release notes of ${project.name}`);
  const count = made("p", { class: "soft" }, `Project ${project.key}, ${shown.length} of ${versions.length} versions`);
  show("ready", title, count, list);
}

function showFailure(error) {
  const retry = made("button", { type: "button" }, "Retry");
  retry.addEventListener("click", load);
  const words = made("div", {}, made("strong", {}, "The release notes could not be loaded"), made("p", {}, error.message));
  show("failed", made("div", { class: "alert", role: "alert" }, words, retry));
}

function askForProject() {
  const words = "Choose a project in the macro's configuration: edit the page, then the macro.";
  show("ready", made("p", { class: "empty" }, words));
}

async function load() {
  show("loading", made("p", { class: "empty", role: "status" }, "Loading release notes\u2026"));
  try {
    const { extension } = await callBridge("getContext");
    const config = extension.config ?? {};
    if (!config.project) return askForProject();
    const answer = await callBridge("invoke", { functionKey: "getReleaseNotes", payload: { project: config.project } });
    return showNotes(answer, config);
  } catch (error) {
    console.error(error);
    return showFailure(error);
  }
}

load();
