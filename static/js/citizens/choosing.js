// Shows the next page of a choice, and the reordered list, without a page load: the response to what is posted is the
// page itself. Without this file each button loads a page, and so it does after any fault here.
"use strict";

const LIST = "lista-och-val";
const MAIN = "innehall";
const LONGEST_MS = 15_000;

const post = async (form, submitter) => {
  const data = new FormData(form);
  if (submitter.name) {
    data.set(submitter.name, submitter.value);
  }
  const answer = await fetch(form.action, {
    method: "POST",
    body: data,
    credentials: "same-origin",
    headers: { "X-Page": "1" },
    signal: AbortSignal.timeout(LONGEST_MS),
  });
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  return { answer, page };
};

// The same by the browser.
const submit = (form, submitter) => {
  const field = document.createElement("input");
  Object.assign(field, { type: "hidden", name: submitter.name, value: submitter.value });
  if (submitter.name) {
    form.append(field);
  }
  form.submit();
};

const swap = async (form, submitter) => {
  const { answer, page } = await post(form, submitter);
  const fresh = page.getElementById(LIST);
  if (!answer.ok || !fresh) {
    // Signed out, sent in another window, or an error: load the page, which reports it.
    window.location.assign(answer.url);
    return;
  }
  const region = document.getElementById(LIST);
  region.replaceChildren(...fresh.childNodes);
  // The focus stays on the pressed button, or moves to the list's heading if it is gone.
  const again = document.getElementById(submitter.id);
  (again && !again.disabled ? again : document.getElementById("lista")).focus({ preventScroll: Boolean(again) });
  document.getElementById("status").textContent = page.getElementById("status").textContent.trim();
};

// The address of the page that is shown, without its fragment.
const address = () => window.location.pathname + window.location.search;
let shown = address();

const turn = async (form, submitter) => {
  const { answer, page } = await post(form, submitter);
  const next = answer.headers.get("Content-Location");
  const main = page.getElementById(MAIN);
  const faults = page.getElementById("fel");
  if (answer.redirected) {
    // Signed out, or sent in another window.
    window.location.assign(answer.url);
    return;
  }
  if (!main || !(answer.ok ? next : faults)) {
    submit(form, submitter);
    return;
  }
  document.getElementById(MAIN).replaceWith(main);
  document.title = page.title;
  if (next) {
    window.history.pushState(null, "", next);
    shown = address();
    for (const field of document.querySelectorAll("header input[name=next]")) {
      field.value = shown;
    }
  }
  const heading = main.querySelector("h1");
  heading.tabIndex = -1;
  window.scrollTo(0, 0);
  (faults || heading).focus();
};

// A page that was turned is in the history of one document: the way back loads it.
window.addEventListener("popstate", () => {
  if (address() !== shown) {
    window.location.replace(address());
  }
});

let pressed = null;
let queue = Promise.resolve();

document.addEventListener("submit", (event) => {
  const { target: form, submitter } = event;
  if (!submitter || !form.matches("[data-turn]")) {
    return;
  }
  event.preventDefault();
  // A double click counts once. A click on another button is queued.
  if (pressed === submitter) {
    return;
  }
  pressed = submitter;
  submitter.setAttribute("aria-busy", "true");
  const inList = submitter.closest(`#${LIST}`);
  queue = queue
    // A form that is no longer shown is not sent.
    .then(() => form.isConnected && (inList ? swap : turn)(form, submitter))
    .then(() => document.dispatchEvent(new Event("answered")))
    .catch(() => (inList ? window.location.reload() : submit(form, submitter)))
    .finally(() => {
      submitter.removeAttribute("aria-busy");
      pressed = null;
    });
});

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
