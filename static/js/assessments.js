"use strict";

// The line breaks while somebody types: say so beside the leaf, keep the value, send it again until it is taken.
(() => {
  const sheet = document.querySelector("[data-offline]");
  if (!sheet) return;
  const waiting = new Map();

  const leafOf = (element) => element?.closest?.("li.leaf");

  const failed = (event) => {
    const status = event.detail.xhr?.status ?? 0;
    const leaf = leafOf(event.detail.elt);
    if (!leaf || (status > 0 && status < 500)) return;
    const said = leaf.querySelector(".said");
    const note = document.createElement("p");
    note.className = "field-error";
    note.setAttribute("role", "alert");
    note.textContent = sheet.dataset.offline;
    said?.replaceChildren(note);
    waiting.set(leaf.id, event.detail.elt);
  };

  document.addEventListener("htmx:sendError", failed);
  document.addEventListener("htmx:timeout", failed);
  document.addEventListener("htmx:responseError", failed);
  document.addEventListener("htmx:afterOnLoad", (event) => {
    const leaf = leafOf(event.detail.elt);
    if (leaf) waiting.delete(leaf.id);
  });

  // The field whose value was refused says so to a screen reader, until a value is taken.
  document.addEventListener("htmx:afterSwap", (event) => {
    const leaf = leafOf(event.target);
    if (!event.target.matches?.(".said") || !leaf) return;
    leaf.querySelector("[name=points]")?.setAttribute("aria-invalid", String(Boolean(leaf.querySelector(".said .errorlist"))));
  });

  // A file cannot be sent again by itself: its field keeps it, and the message stays until it is uploaded.
  const again = () => {
    for (const element of waiting.values()) {
      if (!element.matches("form.attach")) element.dispatchEvent(new Event("change", { bubbles: true }));
    }
  };
  setInterval(again, 5000);
  window.addEventListener("online", again);
  window.addEventListener("beforeunload", (event) => {
    if (waiting.size) event.preventDefault();
  });
})();
