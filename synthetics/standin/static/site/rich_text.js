// Atlassian documents as elements; text is only ever set as text.

const TAGS = { paragraph: "p", bulletList: "ul", orderedList: "ol", listItem: "li", blockquote: "blockquote", codeBlock: "pre", hardBreak: "br", rule: "hr" };
const MARKS = { strong: "strong", em: "em", code: "code", underline: "u", strike: "s" };

export function shown(node) {
  if (node.type === "text") return marked(node);
  const inner = (node.content ?? []).map(shown);
  if (node.type !== "heading" && !TAGS[node.type]) {
    const fragment = document.createDocumentFragment();
    fragment.append(...inner);
    return fragment;
  }
  const element = document.createElement(TAGS[node.type] ?? "h3");
  element.append(...inner);
  return element;
}

function marked(node) {
  return (node.marks ?? []).reduce(
    (inner, mark) => {
      const link = mark.type === "link" && /^https?:/.test(mark.attrs?.href ?? "");
      if (!link && !MARKS[mark.type]) return inner;
      const element = document.createElement(link ? "a" : MARKS[mark.type]);
      if (link) Object.assign(element, { href: mark.attrs.href, rel: "noreferrer" });
      element.append(inner);
      return element;
    },
    document.createTextNode(node.text),
  );
}
