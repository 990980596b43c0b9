// What is better with a script: one press sends a form once, and a password can be looked at.
"use strict";
{
  const WAIT = 8000;
  const LOOK = 600000;
  const { show, hide } = document.currentScript.dataset;

  const release = (pressed) => delete pressed.dataset.sent;

  document.addEventListener("submit", (event) => {
    // Another button of the same form is another answer.
    const pressed = event.submitter ?? event.target;
    if (pressed.dataset.sent) return event.preventDefault();
    pressed.dataset.sent = "yes";
    // Whoever waited so long may press again: the answer may have been lost, or was a file.
    setTimeout(release, WAIT, pressed);
  });
  // Whoever comes back finds the page as it was left, and a form that can be sent again.
  addEventListener("pageshow", () => document.querySelectorAll("[data-sent]").forEach(release));

  // A visit lives on while somebody has its page open, however long it takes.
  if (location.pathname.startsWith("/interaction/")) {
    setInterval(() => fetch(location.pathname, { method: "HEAD" }).catch(() => {}), LOOK);
  }

  for (const input of document.querySelectorAll(".tx-input > [type=password]")) {
    const button = document.createElement("button");
    const turn = (type) => {
      input.type = type;
      button.textContent = type === "password" ? show : hide;
      button.setAttribute("aria-label", `${button.textContent} ${input.labels[0].textContent.trim()}`);
    };
    button.type = "button";
    button.className = "tx-reveal";
    button.addEventListener("click", () => turn(input.type === "password" ? "text" : "password"));
    // Browsers remember what was typed into fields of text.
    input.form.addEventListener("submit", () => turn("password"));
    turn("password");
    input.after(button);
  }
}
