// The project page: who has how much on the way, and every issue with its ring.

import { draw, make, ownServer, run } from "./app_state.js";
import { call, emit, flag, product } from "./host.js";
import { chart } from "./chart.js";

const FIELDS = "summary,status,issuetype,assignee";

async function load() {
  const { jira } = await call("context", "getContext");
  const query = `jql=${encodeURIComponent(`project = ${jira.project.key} ORDER BY created ASC`)}&fields=${FIELDS}&maxResults=100`;
  const [found, { rings }, user, location] = await Promise.all([
    product(`/rest/api/3/search/jql?${query}`),
    ownServer("/api/rings"),
    call("user", "getCurrentUser"),
    call("env", "getLocation"),
  ]);
  return { project: jira.project.key, issues: found.issues, rings, user, site: new URL(location).origin };
}

const nameOf = ({ fields }) => fields.assignee?.displayName ?? "Unassigned";

function perPerson(issues) {
  const counts = new Map();
  for (const issue of issues) {
    if (issue.fields.status.name !== "Done") counts.set(nameOf(issue), (counts.get(nameOf(issue)) ?? 0) + 1);
  }
  return [...counts].sort(([one], [other]) => one.localeCompare(other));
}

function issueRow({ key, fields, ...issue }, { rings, user, site }) {
  const ring = rings[fields.status.name] ?? "Out of sight";
  const mine = fields.assignee?.accountId === user.atlassianAccountId;
  return make(
    "tr",
    { "data-issue": key },
    make("td", {}, make("a", { href: `${site}/browse/${key}`, target: "_top" }, key)),
    make("td", {}, fields.summary),
    make("td", {}, nameOf({ fields, ...issue }), mine ? make("span", { class: "chip" }, "You") : ""),
    make("td", {}, fields.status.name),
    make("td", {}, make("span", { class: `chip ring-${Object.values(rings).indexOf(ring)}` }, ring)),
  );
}

function table(data) {
  const columns = ["Key", "Summary", "Person", "Status", "Ring"];
  return make(
    "table",
    { "aria-label": "Issues on the radar" },
    make("thead", {}, make("tr", {}, ...columns.map((column) => make("th", { scope: "col" }, column)))),
    make("tbody", {}, ...data.issues.map((issue) => issueRow(issue, data))),
  );
}

function share(data) {
  const issues = data.issues.length;
  flag({ title: "Radar shared", body: `${issues} issues of ${data.project} are on the team's radar.`, type: "success", close: "manual" });
  emit("radar.shared", { project: data.project, issues });
}

function view(data, again) {
  const words = make("div", {}, make("h1", {}, "Team Radar"), make("p", { class: "soft" }, `${data.issues.length} issues of ${data.project}`));
  const buttons = make(
    "div",
    { class: "buttons" },
    make("button", { type: "button", onclick: again }, "Refresh"),
    make("button", { type: "button", class: "solid", onclick: () => share(data) }, "Share"),
  );
  const people = perPerson(data.issues);
  const figure = make("figure", {}, chart(people, draw), make("figcaption", {}, "Open issues by person"));
  return [make("header", {}, words, buttons), make("div", { class: "split" }, figure, table(data))];
}

run(load, view);
