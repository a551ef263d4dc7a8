// The Forge bridge inside an app's frame. It runs before the app's own files and gives them one function:
//   window.__bridge.callBridge(name, payload) -> Promise
// Messages to the page that holds the frame: {standinForge: 1, call, name, payload}. From it:
//   {standinForge: 1, answer: call, result | error}  and  {standinForge: 1, callback, args}.
// Functions cannot be posted, so one in a payload goes as {__callback: number} and is called here by its number.
(() => {
  const host = document.currentScript.dataset.host;
  const waiting = new Map();
  const callbacks = new Map();
  let numbers = 0;

  const packed = (value) => {
    if (typeof value === "function") {
      numbers += 1;
      callbacks.set(numbers, value);
      return { __callback: numbers };
    }
    if (Array.isArray(value)) return value.map(packed);
    if (value !== null && typeof value === "object" && Object.getPrototypeOf(value) === Object.prototype) {
      return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, packed(inner)]));
    }
    return value;
  };

  const send = (name, payload) =>
    new Promise((resolve, reject) => {
      numbers += 1;
      waiting.set(numbers, { resolve, reject });
      window.parent.postMessage({ standinForge: 1, call: numbers, name, payload: packed(payload) }, host);
    });

  const settle = ({ answer, result, error }) => {
    const call = waiting.get(answer);
    waiting.delete(answer);
    if (!call) return;
    if (error === undefined) call.resolve(result);
    else call.reject(Object.assign(new Error(error.message), error));
  };

  const callBack = ({ callback, args, told }) => {
    try {
      callbacks.get(callback)?.(...args);
    } finally {
      if (told) window.parent.postMessage({ standinForge: 1, told }, host);
    }
  };

  window.addEventListener("message", (event) => {
    if (event.source !== window.parent || event.origin !== host || event.data?.standinForge !== 1) return;
    if ("answer" in event.data) settle(event.data);
    else if ("callback" in event.data) callBack(event.data);
  });

  // What has functions in its answer is put together here.
  const subscribe = (name) => async (payload) => {
    const subscription = await send(name, payload);
    return { unsubscribe: () => void send("off", { subscription }) };
  };

  const createHistory = async () => {
    const listeners = new Set();
    const history = await send("createHistory", {
      listener: (location, action) => {
        Object.assign(history, { location, action });
        listeners.forEach((listener) => listener(location, action));
      },
    });
    const goTo = (action) => (to, state) => void send("history", { action, to, state });
    return Object.assign(history, {
      push: goTo("push"),
      replace: goTo("replace"),
      go: (delta) => void send("history", { action: "go", delta }),
      goBack: () => history.go(-1),
      goForward: () => history.go(1),
      createHref: (to) => history.base + (typeof to === "string" ? to : `${to.pathname}${to.search ?? ""}${to.hash ?? ""}`),
      listen: (listener) => {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
    });
  };

  // The page inside the frame takes the host's theme: Atlassian's design tokens go by these two attributes.
  const enableTheming = async () => {
    const { colorMode, ...themes } = await send("enableTheming");
    const named = Object.entries(themes).map((theme) => theme.join(":"));
    Object.assign(document.documentElement.dataset, { colorMode, theme: named.join(" ") });
  };

  const made = { on: subscribe("on"), onPublic: subscribe("onPublic"), createHistory, enableTheming };
  const callBridge = (name, payload) => (Object.hasOwn(made, name) ? made[name](payload) : send(name, payload));

  Object.defineProperty(window, "__bridge", { value: Object.freeze({ callBridge }) });
})();
