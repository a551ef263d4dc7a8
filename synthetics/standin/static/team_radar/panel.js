// The issue panel: the facts of one issue that the team looks at.

import { make, ownServer, run } from "./app_state.js";
import { call, product } from "./host.js";

const DAY_MS = 86_400_000;
const FIELDS = "summary,status,issuetype,assignee,comment,created,labels";

async function load() {
  const { jira } = await call("context", "getContext");
  const [issue, { rings }] = await Promise.all([
    product(`/rest/api/3/issue/${jira.issue.key}?fields=${FIELDS}`),
    ownServer("/api/rings"),
  ]);
  return { issue, rings };
}

function age(created) {
  const days = Math.max(0, Math.floor((Date.now() - new Date(created.replace("+0000", "Z"))) / DAY_MS));
  return days === 1 ? "1 day" : `${days} days`;
}

function view({ issue: { key, fields }, rings }) {
  const ring = rings[fields.status.name] ?? "Out of sight";
  const facts = [
    ["Issue", key],
    ["Ring", make("span", { class: `chip ring-${Object.values(rings).indexOf(ring)}` }, ring)],
    ["Type", fields.issuetype.name],
    ["Person", fields.assignee?.displayName ?? "Unassigned"],
    ["Comments", String(fields.comment.total)],
    ["Age", age(fields.created)],
  ];
  const entries = facts.map(([name, value]) => make("div", {}, make("dt", {}, name), make("dd", {}, value)));
  return [make("dl", { "aria-label": "Facts" }, ...entries)];
}

run(load, view);
