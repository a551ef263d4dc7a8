// The section in which flows are made and deleted.

import { invoke } from "./bridge_calls.js";
import { confirmation } from "./confirmation.js";
import { chip, make, row, table } from "./dom.js";
import { flowForm } from "./flow_form.js";
import { actionOf, filterOf, triggerOf } from "./wording.js";

const COLUMNS = ["Name", "Trigger", "Label", "Action", "Status", ""];

export function configuration(data, attempt) {
  const list = make("div", {});
  const place = make("div", {});
  const create = make("button", { type: "button", class: "solid", onclick: open }, "Create flow");

  function open() {
    create.disabled = true;
    place.replaceChildren(flowForm(data, { save, cancel: close }));
    place.querySelector("input").focus();
  }

  function close() {
    place.replaceChildren();
    create.disabled = false;
  }

  function save(flow, showErrors) {
    return attempt(
      () => invoke("createFlow", flow),
      ({ errors }) => {
        if (errors) return showErrors(errors);
        close();
        return refresh();
      },
    );
  }

  async function remove(flow) {
    const title = `Delete the flow \u201c${flow.name}\u201d?`;
    if (!(await confirmation(title, "It will not run again. Its entries in the execution log stay.", "Delete"))) return;
    await attempt(() => invoke("deleteFlow", { id: flow.id }), refresh);
  }

  function refresh() {
    return attempt(
      () => invoke("listFlows"),
      ({ flows }) => {
        data.flows = flows;
        draw();
      },
    );
  }

  function flowRow(flow) {
    const drop = { type: "button", class: "quiet bad", "aria-label": `Delete flow ${flow.name}`, onclick: () => remove(flow) };
    const label = filterOf(flow);
    return row(
      make("div", {}, make("strong", {}, flow.name), make("small", {}, "Id: ", make("code", { "data-testid": "flow-id" }, flow.id))),
      triggerOf(flow, data),
      label ? chip(label, "tag") : make("span", { class: "soft" }, label === null ? "\u2013" : "Any issue"),
      make("div", {}, actionOf(flow, data), make("small", {}, flow.text)),
      flow.enabled ? chip("Enabled", "good") : chip("Disabled", "off"),
      make("button", drop, "Delete"),
    );
  }

  function draw() {
    const empty = make("p", { class: "empty" }, "There are no flows yet. Create the first one.");
    list.replaceChildren(data.flows.length ? table("Flows", COLUMNS, data.flows.map(flowRow)) : empty);
  }

  draw();
  const words = make("div", {}, make("h2", {}, "Flows"), make("p", {}, "A flow waits for its trigger and then carries out its action."));
  return { element: make("section", {}, make("div", { class: "bar" }, words, create), place, list) };
}
