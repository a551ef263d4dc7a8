// The third step: the one-time code of an account that has them.

import { onSubmit, post } from "./post.js";

const form = document.getElementById("form-two-step-verification");
const code = document.getElementById("two-step-verification-otp-code-input");

onSubmit(form, async () => {
  const { redirect } = await post("/login/mfa", { code: code.value, continue: form.dataset.continue });
  window.location.assign(redirect);
});
