// The bridge's calls that go over the network.

const INVOKE = "forge_ui_invokeExtension";
const INVOKE_REMOTE = "forge_ui_invokeRemote";
const PRODUCTS = ["jira", "confluence"];

/** Ask the gateway, for the module of an app that is described like this; an app that failed is an error with the reason that Forge gives. */
async function gateway(operationName, { context }, input) {
  const response = await fetch("/gateway/api/graphql", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({
      operationName,
      variables: { input: { extensionId: context.localId, context: context.extension, ...input } },
    }),
  });
  if (!response.ok) throw failure(`the gateway answered ${response.status}`, { statusCode: response.status });
  const { success, response: answer, errors } = (await response.json()).data.invokeExtension;
  if (!success) throw failure(errors[0].message, errors[0].extensions);
  return answer.body;
}

function failure(reason, details) {
  return Object.assign(new Error(`There was an error invoking the function - ${reason}`), { details });
}

export async function invoke({ functionKey, payload, metadata, invokeType, ...remote }, { extension }) {
  if (invokeType) return invokeRemote(remote, extension);
  const body = await gateway(INVOKE, extension, { functionKey, payload });
  return metadata === undefined ? body : { body, metadata };
}

async function invokeRemote({ path, method, headers, body }, extension) {
  try {
    const { status, headers: answered, body: text } = await gateway(INVOKE_REMOTE, extension, { path, method, headers, body });
    return { success: true, payload: { status, headers: answered, body: parsed(text) } };
  } catch (error) {
    return { success: false, error: { message: error.message, ...error.details } };
  }
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

export async function fetchRemote({ fetchRequestInit: { path = "/", method = "GET", headers = [], body } }, { extension }) {
  const answer = await gateway(INVOKE_REMOTE, extension, { path, method, headers: Object.fromEntries(headers), body });
  return { ...answer, isAttachment: false };
}

// A form crosses the bridge as JSON, with its file as a data URL and what that cannot tell beside it.
const FILE = "file";
const OF_FILE = ["__fileName", "__fileType"];

function formOf(text) {
  const fields = JSON.parse(text);
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) {
    if (name === FILE) form.append(FILE, new Blob([bytesOf(value)], { type: fields.__fileType }), fields.__fileName);
    else if (!OF_FILE.includes(name)) form.append(name, value);
  }
  return form;
}

function bytesOf(dataUrl) {
  return Uint8Array.from(atob(dataUrl.slice(dataUrl.indexOf(",") + 1)), (character) => character.charCodeAt(0));
}

function asDataUrl(blob) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    Object.assign(reader, { onload: () => resolve(reader.result), onerror: () => reject(reader.error) });
    reader.readAsDataURL(blob);
  });
}

/**
 * Ask the site's REST on behalf of its user.
 * A form gets its own Content-Type from the browser, with the boundary between its parts; that of an attachment goes to
 * the app with its content as a data URL, since nothing but text can be told.
 */
export async function fetchProduct({ product, restPath, fetchRequestInit = {}, isMultipartFormData = false }) {
  const { method = "GET", headers = [], body } = fetchRequestInit;
  if (!PRODUCTS.includes(product)) throw new Error(`This site has no ${product}.`);
  const url = new URL(restPath, window.location.origin);
  if (url.origin !== window.location.origin) throw new Error(`${restPath} leads away from the site.`);
  const hasBody = !["GET", "HEAD"].includes(method.toUpperCase());
  const sent = isMultipartFormData ? headers.filter(([name]) => name.toLowerCase() !== "content-type") : headers;
  const content = isMultipartFormData ? formOf(body) : body;
  const response = await fetch(url, { method, headers: sent, body: hasBody ? content : undefined });
  const isAttachment = /^attachment\b/i.test(response.headers.get("content-disposition") ?? "");
  return {
    status: response.status,
    statusText: response.statusText,
    headers: Object.fromEntries(response.headers),
    body: isAttachment ? await asDataUrl(await response.blob()) : await response.text(),
    isAttachment,
  };
}
