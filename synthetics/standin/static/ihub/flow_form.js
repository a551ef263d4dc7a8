// The form for a new flow. Which fields it has depends on the trigger and on the action that are chosen.

import { make } from "./dom.js";

const TEXTS = {
  issue: "Hello from {{flow.name}}: {{issue.key}}",
  other: "Hello from {{flow.name}}",
};
const WITH_ISSUE = ["avi:jira:created:issue", "avi:jira:updated:issue", "workflow-post-function"];
const KEY_NOTE = "RSA, at least 2048 bits, PEM. The caller keeps the private key; nobody else ever needs it.";

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

const option = (value, text) => make("option", { value }, text);

function fields({ triggers, transitions, actions }) {
  const events = triggers.filter((trigger) => trigger.available).map(({ key, name }) => option(key, `${name} (${key})`));
  const steps = transitions.map(({ id, name, source, to }) => option(id, `${name} (${source} \u2192 ${to})`));
  const plain = (placeholder) => make("input", { autocomplete: "off", placeholder });
  return {
    name: field("name", "Name", make("input", { autocomplete: "off" })),
    trigger: field("trigger", "Trigger event", make("select", {}, ...events)),
    label: field("label", "Filter by label", plain("Any issue"), "Optional. Only issues with this label start the flow."),
    every: field("every", "Interval", make("input", { type: "number", min: "1", value: "5", inputmode: "numeric" }), "At least 5 seconds."),
    unit: field("unit", "Unit", make("select", {}, option("seconds", "seconds"), option("minutes", "minutes"))),
    transition: field("transition", "Transition", make("select", {}, option("", "Any transition"), ...steps)),
    public_key: field("public_key", "Public key", make("textarea", { rows: "5", spellcheck: "false", placeholder: "-----BEGIN PUBLIC KEY-----" }), KEY_NOTE),
    action: field("action", "Action", make("select", {}, ...actions.map(({ key, name }) => option(key, name)))),
    issue: field("issue", "Issue to comment on", plain("")),
    address: field("address", "Address to call", plain("https://"), "Gets a POST with the text as JSON; an answer that is no success makes the run fail."),
    text: field("text", "Comment text", make("textarea", { rows: "3" }, TEXTS.issue)),
  };
}

// What the choices of trigger and action mean for the other fields.
function arrange(form, parts) {
  const { trigger, action } = form.elements;
  const withIssue = WITH_ISSUE.includes(trigger.value);
  const shown = {
    label: withIssue,
    every: trigger.value === "schedule",
    unit: trigger.value === "schedule",
    transition: trigger.value === "workflow-post-function",
    public_key: trigger.value === "incoming-webhook",
    issue: action.value === "comment",
    address: action.value === "call",
  };
  for (const [name, wanted] of Object.entries(shown)) parts[name].hidden = !wanted;
  form.elements.issue.placeholder = withIssue ? "The issue of the event" : "SYN-1";
  parts.text.querySelector("label").textContent = action.value === "comment" ? "Comment text" : "Text to send";
  const more = { "incoming-webhook": ", {{webhook.NAME}} for a value of the call", schedule: "" };
  parts.text.querySelector("small").textContent =
    `You can use {{flow.name}}, {{flow.id}}${more[trigger.value] ?? ", {{issue.key}} and {{issue.summary}}"}.`;
  // What somebody has written themselves is left as it is.
  const text = form.elements.text;
  if (!text.dataset.written) text.value = withIssue ? TEXTS.issue : TEXTS.other;
}

/**
 * @param {{triggers: object[], transitions: object[], actions: object[]}} data What there is to choose from.
 * @param {object} act
 * @param {(flow: object, showErrors: (errors: Record<string, string>) => void) => Promise<void>} act.save
 * @param {() => void} act.cancel
 */
export function flowForm(data, { save, cancel }) {
  const submit = make("button", { type: "submit", class: "solid" }, "Save");
  const enabled = make("input", { type: "checkbox", id: "flow-enabled", name: "enabled", checked: true });
  const parts = fields(data);
  const pair = (...names) => make("div", { class: "pair" }, ...names.map((name) => parts[name]));
  const form = make(
    "form",
    { class: "card", "aria-label": "New flow", novalidate: true },
    make("h3", {}, "New flow"),
    pair("name", "trigger"),
    pair("label", "transition"),
    pair("every", "unit"),
    parts.public_key,
    pair("action", "issue", "address"),
    parts.text,
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

  for (const chooser of [form.elements.trigger, form.elements.action]) {
    chooser.addEventListener("change", () => arrange(form, parts));
  }
  form.elements.text.addEventListener("input", ({ target }) => {
    target.dataset.written = "yes";
  });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    showErrors({});
    submit.disabled = true;
    const values = Object.keys(parts).map((name) => [name, form.elements[name].value]);
    await save({ ...Object.fromEntries(values), enabled: enabled.checked }, showErrors);
    submit.disabled = false;
  });
  arrange(form, parts);
  return form;
}
