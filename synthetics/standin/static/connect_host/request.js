// The product's REST for an app, as the user who looks at the page.

function refusal(sentence, xhr = { status: 0, statusText: "error", responseText: "" }) {
  return Object.assign(new Error(sentence), { answer: { err: sentence, xhr } });
}

/**
 * @param {string | object} first The path, or the options with it as `url`.
 * @param {{type?: string, data?: unknown, contentType?: string, headers?: Record<string, string>}} [second]
 * @returns {Promise<{body: string, xhr: object}>} Rejected with `{err, xhr}` where the answer is no success.
 */
export async function request(first, second) {
  const options = typeof first === "object" ? first : { ...second, url: first };
  const url = new URL(options.url, window.location.origin);
  if (url.origin !== window.location.origin) throw refusal(`${options.url} leads away from the site.`);
  const method = (options.type ?? options.method ?? "GET").toUpperCase();
  const hasBody = !["GET", "HEAD"].includes(method);
  if (!hasBody && typeof options.data === "object") {
    for (const [name, value] of Object.entries(options.data)) url.searchParams.set(name, value);
  }
  const content = hasBody && options.data !== undefined ? { "Content-Type": options.contentType ?? "application/json" } : {};
  const response = await fetch(url, {
    method,
    headers: { Accept: "application/json", ...content, ...options.headers },
    body: hasBody ? asText(options.data) : undefined,
  }).catch((error) => {
    throw refusal(error.message);
  });
  const body = await response.text();
  const xhr = {
    status: response.status,
    statusText: response.statusText,
    responseText: body,
    headers: Object.fromEntries(response.headers),
  };
  if (!response.ok) throw refusal(body || `The site answered ${response.status}.`, xhr);
  return { body, xhr };
}

function asText(data) {
  return data === undefined || typeof data === "string" ? data : JSON.stringify(data);
}
