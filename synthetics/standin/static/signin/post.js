// How the sign-in pages talk to their service.

/** Send something; an answer that is no success is an error with the sentence to show. */
export async function post(path, body) {
  const response = await fetch(path, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.error);
  return answer;
}

/** Do something when the form is sent, and show the sentence where it fails. */
export function onSubmit(form, act) {
  const alert = form.querySelector("[role=alert]");
  const submit = form.querySelector("[type=submit]");
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    alert.hidden = true;
    submit.disabled = true;
    try {
      await act();
    } catch (error) {
      alert.textContent = error.message;
      alert.hidden = false;
    } finally {
      submit.disabled = false;
    }
  });
  // Until now the button was off: the browser itself would send the form, with what was typed in the address.
  submit.disabled = false;
}
