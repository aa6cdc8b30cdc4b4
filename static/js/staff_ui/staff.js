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

// The browser's own file button has words in the browser's language: a label in the page's takes its place.
for (const field of document.querySelectorAll("input[type=file][id]")) {
  const words = document.querySelector("[data-choose-file]").dataset;
  const button = document.createElement("label");
  const chosen = document.createElement("span");
  button.htmlFor = field.id;
  button.className = "button button--secondary button--medium file-button";
  button.textContent = words.chooseFile;
  const show = () => {
    chosen.textContent = [...field.files].map((file) => file.name).join(", ") || words.noFile;
  };
  field.addEventListener("change", show);
  show();
  field.classList.add("file-hidden");
  field.after(button, chosen);
}
