// The list is put in order without a new page. Without this file each button loads the page again, and all works.
"use strict";

const REGION = "lista-och-val";

const swap = async (form, submitter) => {
  const data = new FormData(form);
  data.set(submitter.name, submitter.value);
  const answer = await fetch(form.action, { method: "POST", body: data, credentials: "same-origin" });
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.getElementById(REGION);
  if (!answer.ok || !fresh) {
    // Signed out, sent in another window, or a fault: let the page itself tell.
    window.location.assign(answer.url);
    return;
  }
  const region = document.getElementById(REGION);
  region.replaceChildren(...fresh.childNodes);
  // The focus stays on what was pressed. Where that is gone, on the list's heading.
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
  // A hand that trembles presses twice: the same button counts once. Another one waits for its turn.
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
