// The storage format, as far as the editor writes it.

const escaped = (text) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");

function paragraph(lines) {
  if (lines.every((line) => line.startsWith("- "))) {
    return `<ul>${lines.map((line) => `<li>${escaped(line.slice(2))}</li>`).join("")}</ul>`;
  }
  const heading = lines.length === 1 && lines[0].match(/^(#{1,3}) +(.+)$/);
  if (heading) return `<h${heading[1].length}>${escaped(heading[2])}</h${heading[1].length}>`;
  return `<p>${lines.map(escaped).join("<br />")}</p>`;
}

/** Plain text as paragraphs, with headings after `#` and lists after `-`. */
export function wordsOf(text) {
  const paragraphs = text.split(/\n{2,}/).map((lines) => lines.split("\n").filter((line) => line.trim()));
  return paragraphs.filter((lines) => lines.length).map(paragraph).join("");
}

export function macroOf({ before, after, config }) {
  const settings = Object.entries(config).filter(([, value]) => value !== "");
  const parameters = settings.map(([name, value]) => `<ac:adf-parameter key="${escaped(name)}">${escaped(value)}</ac:adf-parameter>`);
  return before + parameters.join("") + after;
}
