// Runs in the host's page before the host's own scripts, and takes calls away from it: a call whose name is in
// `window.withheld` reaches the host under a name that it does not know.
//   Forge: the name of the bridge's call, "showFlag".  Connect: "module.function", or the type of the message, "init".

if (window === window.top) {
  window.withheld = new Set();

  const nameOf = ({ name, type, mod, _cls, fn }) => name ?? (type === "req" ? [mod, _cls, fn].filter(Boolean).join(".") : type);

  const renamed = (data) => {
    if (data.name) return { ...data, name: "withheld" };
    return data.type === "req" ? { ...data, fn: "withheld" } : { ...data, type: "withheld" };
  };

  window.addEventListener("message", (event) => {
    const { data, source, origin } = event;
    if (data === null || typeof data !== "object" || !window.withheld.has(nameOf(data))) return;
    event.stopImmediatePropagation();
    window.dispatchEvent(new MessageEvent("message", { data: renamed(data), source, origin }));
  });
}
