// The section that lists what flows did; it brings itself up to date while it is looked at.

import { invoke } from "./bridge_calls.js";
import { chip, make, row, table, time } from "./dom.js";

const REFRESH_MS = 2000;
const COLUMNS = ["Time", "Flow", "Trigger", "Issue", "Status", "Duration"];

export function executionLog(data, attempt) {
  const list = make("div", {});
  const button = make("button", { type: "button", class: "plain", onclick: refresh }, "Refresh");
  let timer = null;

  const triggerName = (key) => data.triggers.find((trigger) => trigger.key === key)?.name ?? key;

  function refresh() {
    return attempt(
      () => invoke("listExecutions", data.issue ? { issue: data.issue } : {}),
      ({ executions }) => {
        data.executions = executions;
        draw();
      },
    );
  }

  async function again() {
    await refresh();
    if (timer !== null) timer = setTimeout(again, REFRESH_MS);
  }

  function status(execution) {
    if (execution.status === "success") return chip("Success", "good");
    return make("div", {}, chip("Failed", "bad"), make("small", {}, execution.reason));
  }

  // On an issue every run is about that issue, so the column would say nothing.
  const columns = COLUMNS.filter((column) => column !== "Issue" || !data.issue);
  const issue = (execution) => execution.issue || make("span", { class: "soft" }, "\u2013");

  function executionRow(execution) {
    return row(
      time(execution.started),
      make("strong", {}, execution.flow),
      triggerName(execution.trigger),
      ...(data.issue ? [] : [issue(execution)]),
      status(execution),
      `${execution.duration_ms} ms`,
    );
  }

  function draw() {
    const empty = make("p", { class: "empty" }, "No flow has run yet.");
    list.replaceChildren(data.executions.length ? table("Executions", columns, data.executions.map(executionRow)) : empty);
  }

  const words = make("div", {}, make("h2", {}, "Execution log"), make("p", {}, `The latest ${data.issue ? `runs on ${data.issue}` : "200 runs of all flows"}. Refreshed every two seconds.`));

  return {
    shown: () => {
      draw();
      timer = setTimeout(again, 0);
    },
    left: () => {
      clearTimeout(timer);
      timer = null;
    },
    element: make("section", {}, make("div", { class: "bar" }, words, button), list),
  };
}
