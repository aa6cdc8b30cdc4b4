// Warns a signed-in citizen some minutes before the session ends, and lets them stay. Without JavaScript the time is
// on the page, and input posted too late is restored at the next sign-in.
"use strict";

(() => {
  const box = document.getElementById("session-warning");
  if (!box) {
    return;
  }
  const MINUTE = 60_000;
  const warnAfter = (Number(box.dataset.minutes) - Number(box.dataset.before)) * MINUTE;
  let timer = 0;

  const wait = () => {
    window.clearTimeout(timer);
    timer = window.setTimeout(() => {
      box.hidden = false;
      box.querySelector("[data-warning]").hidden = false;
    }, warnAfter);
  };

  box.querySelector("button").addEventListener("click", async () => {
    const answer = await fetch(box.dataset.stay, { redirect: "manual", cache: "no-store" }).catch(() => null);
    if (answer && answer.status === 204) {
      box.hidden = true;
      wait();
    } else {
      box.querySelector("[data-warning]").hidden = true;
      box.querySelector("[data-over]").hidden = false;
    }
  });
  // static/js/citizens/choosing.js: a request without a page load prolongs the session, too.
  document.addEventListener("answered", wait);
  wait();
})();
