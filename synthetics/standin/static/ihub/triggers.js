// The section that tells what can start a flow, and what starts each.

import { chip, make, row, table } from "./dom.js";

export function triggers(data) {
  const kinds = make("div", {});
  const flows = make("div", {});

  function draw() {
    kinds.replaceChildren(
      table(
        "Trigger kinds",
        ["Trigger", "Kind", "Event", "What it does", "Status"],
        data.triggers.map((trigger) =>
          row(
            make("strong", {}, trigger.name),
            trigger.kind,
            make("code", {}, trigger.key),
            trigger.sentence,
            trigger.available ? chip("Available", "good") : chip("Not set up", "off"),
          ),
        ),
      ),
    );
    const name = (key) => data.triggers.find((trigger) => trigger.key === key)?.name ?? key;
    flows.replaceChildren(
      table(
        "Triggers of flows",
        ["Flow", "Started by", "Filter"],
        data.flows.map((flow) => row(make("strong", {}, flow.name), name(flow.trigger), flow.label ? `Label is ${flow.label}` : "Any issue")),
      ),
    );
  }

  return {
    shown: draw,
    element: make(
      "section",
      {},
      make("div", { class: "bar" }, make("div", {}, make("h2", {}, "Triggers"), make("p", {}, "What can start a flow on this site."))),
      kinds,
      make("h3", { class: "later" }, "Each flow\u2019s trigger"),
      flows,
    ),
  };
}
