"use strict";

(() => {
  // Put the keyboard where the explanation is: an error summary on a new page or in a swapped fragment.
  const focusSummary = (root) => root?.querySelector?.("[data-focus]")?.focus();
  focusSummary(document);
  document.addEventListener("htmx:afterSwap", (event) => focusSummary(event.target));

  // A request of htmx that failed leaves the page as it is; say so where nobody can miss it.
  const trouble = document.getElementById("trouble");
  const say = (kind, event) => {
    // A form that keeps what was typed and sends it again speaks for itself; and the keyboard is taken away once only.
    if (!trouble || event.detail.elt?.closest?.("[data-offline]")) return;
    for (const line of trouble.children) line.hidden = line.dataset.when !== kind;
    if (!trouble.hidden) return;
    trouble.hidden = false;
    trouble.focus();
  };
  document.addEventListener("htmx:sendError", (event) => say("unreachable", event));
  document.addEventListener("htmx:timeout", (event) => say("unreachable", event));
  document.addEventListener("htmx:responseError", (event) => {
    const status = event.detail.xhr.status;
    if (status !== 409 && status !== 422) say(status === 403 || status === 404 ? "refused" : "failed", event);
  });
  document.addEventListener("htmx:afterOnLoad", (event) => {
    if (trouble && event.detail.successful) trouble.hidden = true;
  });

  // Ask before what was typed into a plain form is left behind. Forms of htmx save themselves.
  const dirty = new Set();
  const guarded = (form) => form?.method === "post" && !form.closest(".account") && !form.matches("[hx-post], [data-unguarded]");
  document.addEventListener("input", (event) => {
    const form = event.target.form;
    if (guarded(form) && !event.target.closest("[hx-post]")) dirty.add(form);
  });
  document.addEventListener("submit", (event) => dirty.delete(event.target));
  window.addEventListener("beforeunload", (event) => {
    if ([...dirty].some((form) => form.isConnected)) event.preventDefault();
  });

  // Menus close by Escape and by a click elsewhere.
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of document.querySelectorAll("details.menu[open]")) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });
  document.addEventListener("click", (event) => {
    for (const menu of document.querySelectorAll("details.menu[open]")) if (!menu.contains(event.target)) menu.open = false;
  });
})();
