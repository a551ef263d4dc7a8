// The section that tells what can start a flow, and what starts each.

import { chip, make, row, table } from "./dom.js";
import { filterOf, triggerOf } from "./wording.js";

function filter(flow) {
  const label = filterOf(flow);
  if (label === null) return make("span", { class: "soft" }, "None");
  return label ? `Label is ${label}` : "Any issue";
}

function webhooks(flows, { tokenAddress, address, grantType }) {
  const columns = ["Flow", "Flow id (iss and sub)"];
  const rows = flows.map((flow) => row(make("strong", {}, flow.name), make("code", {}, flow.id)));
  return make(
    "div",
    {},
    make("p", { class: "soft" }, "Exchange an assertion that is signed with your private key for a token, then call with it."),
    make(
      "dl",
      { class: "addresses" },
      ...[["Token address", tokenAddress], ["Webhook address", address], ["Grant type", grantType]].flatMap(([term, value]) => [
        make("dt", {}, term),
        make("dd", {}, make("code", { "data-testid": `webhook-${term.toLowerCase().replace(" ", "-")}` }, value)),
      ]),
    ),
    rows.length ? table("Incoming webhooks", columns, rows) : make("p", { class: "soft" }, "No flow has an incoming webhook."),
  );
}

export function triggers(data) {
  const kinds = make("div", {});
  const flows = make("div", {});
  const hooks = make("div", {});

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
    flows.replaceChildren(
      table(
        "Triggers of flows",
        ["Flow", "Started by", "Filter"],
        data.flows.map((flow) => row(make("strong", {}, flow.name), triggerOf(flow, data), filter(flow))),
      ),
    );
    hooks.replaceChildren(webhooks(data.flows.filter((flow) => flow.trigger === "incoming-webhook"), data.webhook));
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
      make("h3", { class: "later" }, "Incoming webhooks"),
      hooks,
    ),
  };
}
