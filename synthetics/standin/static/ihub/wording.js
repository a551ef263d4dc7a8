// How a flow's trigger and action are put into words.

/** @returns {string} What starts the flow. */
export function triggerOf(flow, { triggers, transitions }) {
  const name = triggers.find((trigger) => trigger.key === flow.trigger)?.name ?? flow.trigger;
  if (flow.trigger === "schedule") return `${name}: every ${interval(flow.every_seconds)}`;
  if (flow.trigger !== "workflow-post-function") return name;
  const step = transitions.find((transition) => transition.id === flow.transition);
  return `${name}: ${step ? `${step.name} (${step.source} \u2192 ${step.to})` : "any transition"}`;
}

function interval(seconds) {
  return seconds % 60 === 0 ? `${seconds / 60} min` : `${seconds} s`;
}

/** @returns {string} What the flow does. */
export function actionOf(flow, { actions }) {
  const name = actions.find((action) => action.key === flow.action)?.name ?? flow.action;
  if (flow.action === "call") return `${name}: ${flow.address}`;
  return flow.issue ? `${name} on ${flow.issue}` : name;
}

/** @returns {string | null} The label of the issues that start the flow; null where no issue does. */
export function filterOf(flow) {
  if (["schedule", "incoming-webhook"].includes(flow.trigger)) return null;
  return flow.label;
}
