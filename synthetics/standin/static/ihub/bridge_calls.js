// Calls over the Forge bridge, which has to be there before the first of these files runs.

if (!window.__bridge?.callBridge) throw new Error("Unable to establish a connection with the Custom UI bridge.");
const { callBridge } = window.__bridge;

export const getContext = () => callBridge("getContext");

/** Call one of the app's own functions. */
export const invoke = (functionKey, payload) => callBridge("invoke", { functionKey, payload });
