// What makes pages better where scripts run; without it they work all the same.
"use strict";

// A second click sends nothing: the first answer is on its way.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "yes";
  event.submitter?.setAttribute("aria-busy", "true");
});

// Whoever comes back finds the form ready again, and no password left in it.
window.addEventListener("pageshow", (event) => {
  for (const form of document.querySelectorAll("form[data-sent]")) {
    delete form.dataset.sent;
    form.querySelector("[aria-busy]")?.removeAttribute("aria-busy");
    if (event.persisted) {
      for (const field of form.querySelectorAll("input[type=password]")) field.value = "";
    }
  }
});

for (const field of document.querySelectorAll("input[data-show]")) {
  const button = document.createElement("button");
  const label = () => {
    const hidden = field.type === "password";
    button.textContent = hidden ? field.dataset.show : field.dataset.hide;
    button.setAttribute("aria-pressed", String(!hidden));
  };
  button.type = "button";
  button.className = "btn tx-link-button tx-show";
  button.setAttribute("aria-controls", field.id);
  button.addEventListener("click", () => {
    field.type = field.type === "password" ? "text" : "password";
    label();
  });
  // What is shown is hidden again before it is sent, so that no browser keeps it as a typed text.
  field.form?.addEventListener("submit", () => { field.type = "password"; });
  label();
  field.after(button);
}
