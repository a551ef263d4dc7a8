// Heartbeat: asks its function once whether it is alive, and shows the answer.

const root = document.getElementById("root");

function made(tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

function show(state, ...children) {
  root.dataset.testid = `heartbeat-${state}`;
  root.setAttribute("aria-busy", String(state === "loading"));
  root.replaceChildren(made("h1", {}, "Heartbeat"), ...children);
}

async function ask() {
  if (!window.__bridge?.callBridge) throw new Error("Unable to establish a connection with the Custom UI bridge.");
  const { status, time } = await window.__bridge.callBridge("invoke", { functionKey: "ping" });
  const shown = new Intl.DateTimeFormat("en-US", { dateStyle: "medium", timeStyle: "medium" }).format(new Date(time));
  show(
    "ready",
    made("p", { role: "status" }, made("strong", {}, status)),
    made("p", {}, "Answered at ", made("time", { datetime: time }, shown), "."),
  );
}

show("loading", made("p", { role: "status" }, "Waiting for an answer\u2026"));
ask().catch((error) => {
  console.error(error);
  show("failed", made("p", { role: "alert" }, error.message));
});
