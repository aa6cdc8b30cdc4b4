// Single-key shortcuts for common actions. Everything works without this file.
"use strict";

const OFF = "desk-keys-off";
const isOff = () => window.localStorage.getItem(OFF) === "1";

const isWriting = (element) =>
  element.isContentEditable || ["INPUT", "TEXTAREA", "SELECT"].includes(element.tagName);

document.addEventListener("keydown", (event) => {
  if (isOff() || event.ctrlKey || event.metaKey || event.altKey || isWriting(event.target)) {
    return;
  }
  // An element declares its key: a field is focused, a link or button is clicked.
  const target = document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
  if (!target) {
    return;
  }
  event.preventDefault();
  if (isWriting(target)) {
    target.focus();
    target.select();
  } else {
    target.click();
  }
});

for (const button of document.querySelectorAll("[data-keys-switch]")) {
  const show = () => {
    button.textContent = isOff() ? button.dataset.off : button.dataset.on;
  };
  button.addEventListener("click", () => {
    window.localStorage.setItem(OFF, isOff() ? "0" : "1");
    show();
  });
  show();
  button.hidden = false;
}
