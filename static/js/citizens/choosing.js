// Reorders the list without a page load. Without this file each button reloads the page.
"use strict";

const REGION = "lista-och-val";

const swap = async (form, submitter) => {
  const data = new FormData(form);
  data.set(submitter.name, submitter.value);
  const answer = await fetch(form.action, {
    method: "POST",
    body: data,
    credentials: "same-origin",
    headers: { "X-List": "1" },
  });
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.getElementById(REGION);
  if (!answer.ok || !fresh) {
    // Signed out, sent in another window, or an error: load the page, which reports it.
    window.location.assign(answer.url);
    return;
  }
  const region = document.getElementById(REGION);
  region.replaceChildren(...fresh.childNodes);
  // The focus stays on the pressed button, or moves to the list's heading if it is gone.
  const again = document.getElementById(submitter.id);
  (again && !again.disabled ? again : document.getElementById("lista")).focus({ preventScroll: Boolean(again) });
  document.getElementById("status").textContent = page.getElementById("status").textContent.trim();
};

let pressed = null;
let queue = Promise.resolve();

document.addEventListener("submit", (event) => {
  const { target: form, submitter } = event;
  if (!submitter || !form.matches("[data-list]") || submitter.value === "vidare") {
    return;
  }
  event.preventDefault();
  // A double click counts once. A click on another button is queued.
  if (pressed === submitter.value) {
    return;
  }
  pressed = submitter.value;
  queue = queue
    .then(() => swap(form, submitter))
    .catch(() => window.location.reload())
    .finally(() => {
      pressed = null;
    });
});

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
