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

export async function fetchProduct({ product, restPath, fetchRequestInit: { method = "GET", headers = [], body } = {} }) {
  if (!PRODUCTS.includes(product)) throw new Error(`This site has no ${product}.`);
  const url = new URL(restPath, window.location.origin);
  if (url.origin !== window.location.origin) throw new Error(`${restPath} leads away from the site.`);
  const hasBody = !["GET", "HEAD"].includes(method.toUpperCase());
  const response = await fetch(url, { method, headers, body: hasBody ? body : undefined });
  return {
    status: response.status,
    statusText: response.statusText,
    headers: Object.fromEntries(response.headers),
    body: await response.text(),
    isAttachment: false,
  };
}
