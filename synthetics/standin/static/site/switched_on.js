// What a customer's site has and a bare one has not: a modal over the page, and flags over the app.

import { showFlag } from "./flags.js";

const SEEN = "standin.onboarding.seen";
// A novelty is introduced once the page is there, when somebody may be about to click already.
const ONBOARDING_AFTER_MS = 300;

const onboarding = document.querySelector('[data-switched-on="onboarding"]');
if (onboarding && !sessionStorage.getItem(SEEN)) {
  setTimeout(() => {
    onboarding.hidden = false;
  }, ONBOARDING_AFTER_MS);
  for (const button of onboarding.querySelectorAll("[data-onboarding-end]")) {
    button.addEventListener("click", () => {
      sessionStorage.setItem(SEEN, "yes");
      onboarding.remove();
    });
  }
}

const flags = document.querySelector('[data-switched-on="flags"]');
if (flags) {
  document.querySelector('[data-testid$="flag-group"]').classList.add("over-the-app");
  for (const [number, title] of flags.content.textContent.split("|").entries()) {
    showFlag({ id: `notice-${number}`, title, description: "This notice stays until you dismiss it." });
  }
}
