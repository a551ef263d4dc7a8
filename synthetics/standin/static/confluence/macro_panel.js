// The panel beside the editor in which a macro is configured.

const panel = document.getElementById("macro-panel");

function made(tag, attributes, ...inner) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...inner);
  return element;
}

export function closePanel() {
  panel.hidden = true;
  panel.replaceChildren();
}

/**
 * Ask for a macro's settings.
 * @param {{title: string, fields: {name: string, label: string, note: string}[], config: Record<string, string>}} macro
 * @param {() => void} onSaved Called once the macro has its new settings.
 */
export function openPanel(macro, onSaved) {
  const inputs = macro.fields.map(({ name, label, note }) => {
    const id = `macro-${name}`;
    const input = made("input", { id, "aria-describedby": `${id}-note`, autocomplete: "off" });
    input.value = macro.config[name] ?? "";
    const field = made("div", { class: "field" }, made("label", { for: id }, label), input, made("small", { id: `${id}-note` }, note));
    return { name, input, field };
  });
  const save = made("button", { type: "button", class: "solid" }, "Save");
  const cancel = made("button", { type: "button", class: "quiet" }, "Cancel");
  const keep = () => {
    for (const { name, input } of inputs) macro.config[name] = input.value.trim();
    closePanel();
    onSaved();
  };
  save.addEventListener("click", keep);
  cancel.addEventListener("click", closePanel);
  for (const { input } of inputs) {
    input.addEventListener("keydown", (event) => {
      if (event.key !== "Enter") return;
      event.preventDefault();
      keep();
    });
  }
  panel.replaceChildren(
    made("h2", { id: "macro-panel-title" }, `Configure ${macro.title}`),
    ...inputs.map(({ field }) => field),
    made("footer", {}, cancel, save),
  );
  panel.hidden = false;
  inputs[0]?.input.focus();
}
