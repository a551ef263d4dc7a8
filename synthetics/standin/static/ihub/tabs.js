// Tabs with the keyboard and the roles that go with them.

import { make } from "./dom.js";

/**
 * @param {string} label What the list of tabs is called.
 * @param {[string, {element: HTMLElement, shown?: () => void, left?: () => void}][]} sections Title and section, in order.
 */
export function tabs(label, sections) {
  const buttons = sections.map(([title], number) =>
    make("button", {
      type: "button",
      role: "tab",
      id: `tab-${number}`,
      "aria-controls": `panel-${number}`,
      onclick: () => select(number),
      onkeydown: (event) => move(event, number),
    }, title),
  );
  const panels = sections.map(([, section], number) =>
    make("div", { role: "tabpanel", id: `panel-${number}`, "aria-labelledby": `tab-${number}`, tabindex: "0" }, section.element),
  );
  let selected = -1;

  function select(number) {
    if (number === selected) return;
    sections[selected]?.[1].left?.();
    selected = number;
    buttons.forEach((button, index) => {
      button.setAttribute("aria-selected", String(index === number));
      button.tabIndex = index === number ? 0 : -1;
      panels[index].hidden = index !== number;
    });
    sections[number][1].shown?.();
  }

  function move({ key }, number) {
    const to = { ArrowRight: number + 1, ArrowLeft: number - 1, Home: 0, End: buttons.length - 1 }[key];
    if (to === undefined) return;
    const next = (to + buttons.length) % buttons.length;
    select(next);
    buttons[next].focus();
  }

  select(0);
  return make("div", { class: "tabs" }, make("div", { role: "tablist", "aria-label": label }, ...buttons), ...panels);
}
