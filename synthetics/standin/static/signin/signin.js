// Sign-in in its two steps: the e-mail address, then the password on the same page.

const form = document.getElementById("form-login");
const username = document.getElementById("username");
const password = document.getElementById("password");
const step = document.getElementById("password-step");
const submit = document.getElementById("login-submit");
const alert = form.querySelector("[role=alert]");

async function post(path, body) {
  const response = await fetch(path, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.error);
  return answer;
}

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

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  alert.hidden = true;
  submit.disabled = true;
  try {
    await (step.hidden ? identify() : logIn());
  } catch (error) {
    alert.textContent = error.message;
    alert.hidden = false;
  } finally {
    submit.disabled = false;
  }
});
