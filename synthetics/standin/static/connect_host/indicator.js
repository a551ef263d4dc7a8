// What is said over an app's frame until its bridge is up.

const SLOW_AFTER_MS = 12000;

function words(className, ...inner) {
  const line = document.createElement("div");
  line.className = className;
  const spinner = document.createElement("div");
  spinner.className = "small-spinner";
  line.append(spinner, ...inner);
  return line;
}

export function indicator() {
  const element = document.createElement("div");
  element.className = "ap-status-indicator";
  element.append(words("ap-loading", "Loading app..."));
  let slow = null;

  function sayItIsSlow() {
    const cancel = document.createElement("a");
    Object.assign(cancel, { href: "#", className: "ap-btn-cancel", textContent: "cancel" });
    cancel.addEventListener("click", (event) => {
      event.preventDefault();
      element.replaceChildren("App failed to load.");
    });
    element.replaceChildren(words("ap-load-timeout", "App is not responding. Wait or ", cancel, "?"));
  }

  return {
    element,
    watch: () => {
      slow = setTimeout(sayItIsSlow, SLOW_AFTER_MS);
    },
    hide: () => {
      clearTimeout(slow);
      element.style.display = "none";
    },
  };
}
