// Sign-in in its two steps: the e-mail address, then the password on the same page.

import { onSubmit, post } from "./post.js";

const form = document.getElementById("form-login");
const username = document.getElementById("username");
const password = document.getElementById("password");
const step = document.getElementById("password-step");
const submit = document.getElementById("login-submit");

async function identify() {
  await post("/login/identify", { email: username.value });
  username.readOnly = true;
  step.hidden = false;
  submit.textContent = "Log in";
  password.focus();
}

async function logIn() {
  const body = { email: username.value, password: password.value, continue: form.dataset.continue };
  const { redirect } = await post("/login/password", body);
  window.location.assign(redirect);
}

onSubmit(form, () => (step.hidden ? identify() : logIn()));
