// The site's own REST, by session.

/** An answer that is no success, with a sentence for each thing that is wrong. */
export class RestError extends Error {
  constructor(status, sentences) {
    super(sentences.join(" "));
    this.status = status;
  }
}

export async function rest(method, path, body) {
  const response = await fetch(path, {
    method,
    headers: { Accept: "application/json", ...(body ? { "Content-Type": "application/json" } : {}) },
    body: body && JSON.stringify(body),
  });
  const answer = response.status === 204 ? null : await response.json().catch(() => null);
  if (!response.ok) {
    const sentences = [...(answer?.errorMessages ?? []), ...Object.values(answer?.errors ?? {})];
    throw new RestError(response.status, sentences.length ? sentences : [`The site answered ${response.status}.`]);
  }
  return answer;
}

/** A document of plain text: an empty line parts paragraphs. */
export function documentOf(text) {
  const paragraphs = text.split(/\n{2,}/).filter((paragraph) => paragraph.trim());
  return { type: "doc", version: 1, content: paragraphs.map((paragraph) => ({ type: "paragraph", content: inline(paragraph) })) };
}

function inline(paragraph) {
  return paragraph
    .split("\n")
    .flatMap((line, number) => [...(number ? [{ type: "hardBreak" }] : []), ...(line ? [{ type: "text", text: line }] : [])]);
}
