// The form for a new flow.

import { make } from "./dom.js";

const TEXT = "Hello from {{flow.name}}: {{issue.key}}";

function field(name, label, control, note = "") {
  control.id = `flow-${name}`;
  control.name = name;
  control.setAttribute("aria-describedby", `flow-${name}-note`);
  return make(
    "div",
    { class: "field", "data-field": name },
    make("label", { for: control.id }, label),
    control,
    make("small", { id: `flow-${name}-note` }, note),
    make("p", { class: "wrong", role: "alert", hidden: true }),
  );
}

function fields(triggers) {
  const options = triggers
    .filter((trigger) => trigger.available)
    .map((trigger) => make("option", { value: trigger.key }, `${trigger.name} (${trigger.key})`));
  const action = make("select", {}, make("option", { value: "comment" }, "Add a comment"));
  const label = make("input", { autocomplete: "off", placeholder: "Any issue" });
  return [
    make(
      "div",
      { class: "pair" },
      field("name", "Name", make("input", { autocomplete: "off" })),
      field("label", "Filter by label", label, "Optional. Only issues with this label start the flow."),
    ),
    make("div", { class: "pair" }, field("trigger", "Trigger event", make("select", {}, ...options)), field("action", "Action", action)),
    field("text", "Comment text", make("textarea", { rows: "3" }, TEXT), "You can use {{flow.name}}, {{issue.key}} and {{issue.summary}}."),
  ];
}

/**
 * @param {object[]} triggers Those the app knows.
 * @param {object} act
 * @param {(flow: object, showErrors: (errors: Record<string, string>) => void) => Promise<void>} act.save
 * @param {() => void} act.cancel
 */
export function flowForm(triggers, { save, cancel }) {
  const submit = make("button", { type: "submit", class: "solid" }, "Save");
  const enabled = make("input", { type: "checkbox", id: "flow-enabled", name: "enabled", checked: true });
  const form = make(
    "form",
    { class: "card", "aria-label": "New flow", novalidate: true },
    make("h3", {}, "New flow"),
    ...fields(triggers),
    make("div", { class: "check" }, enabled, make("label", { for: "flow-enabled" }, "Enabled")),
    make("footer", {}, submit, make("button", { type: "button", class: "quiet", onclick: cancel }, "Cancel")),
  );

  function showErrors(errors) {
    for (const place of form.querySelectorAll("[data-field]")) {
      const message = place.querySelector(".wrong");
      message.textContent = errors[place.dataset.field] ?? "";
      message.hidden = !message.textContent;
    }
  }

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    showErrors({});
    submit.disabled = true;
    const { name, trigger, label, text } = form.elements;
    const flow = { name: name.value, trigger: trigger.value, label: label.value, text: text.value, enabled: enabled.checked };
    await save(flow, showErrors);
    submit.disabled = false;
  });
  return form;
}
