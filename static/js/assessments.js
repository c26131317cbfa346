"use strict";

// Nothing typed is lost: when the line breaks or the session ends, the leaf says so, keeps the value and sends it again.
(() => {
  const sheet = document.querySelector("[data-offline]");
  if (!sheet) return;
  const waiting = new Map();

  const leafOf = (element) => element?.closest?.("li.leaf");

  const hold = (element, text, link) => {
    const leaf = leafOf(element);
    if (!leaf) return;
    const note = document.createElement("p");
    note.className = "field-error";
    note.setAttribute("role", "alert");
    note.textContent = text;
    if (link) {
      const anchor = document.createElement("a");
      anchor.href = link;
      anchor.target = "_blank";
      anchor.textContent = sheet.dataset.signIn;
      note.append(" ", anchor);
    }
    leaf.querySelector(".said")?.replaceChildren(note);
    waiting.set(leaf.id, element);
  };

  const failed = (event) => {
    const status = event.detail.xhr?.status ?? 0;
    if (status === 0 || status >= 500) hold(event.detail.elt, sheet.dataset.offline);
    if (status === 403) hold(event.detail.elt, sheet.dataset.expired, sheet.dataset.login);
  };
  for (const name of ["htmx:sendError", "htmx:timeout", "htmx:responseError"]) document.addEventListener(name, failed);

  // An ended session answers with the sign-in page: it must not be drawn into the leaf.
  document.addEventListener("htmx:beforeSwap", (event) => {
    const answered = event.detail.xhr.responseURL;
    if (answered && new URL(answered).pathname === sheet.dataset.login) {
      event.detail.shouldSwap = false;
      hold(event.detail.requestConfig.elt, sheet.dataset.expired, sheet.dataset.login);
    } else {
      const leaf = leafOf(event.detail.requestConfig?.elt);
      if (leaf && event.detail.xhr.status < 500 && event.detail.xhr.status !== 403) waiting.delete(leaf.id);
    }
  });

  // Signing in anew changes the token; the page's own would be refused, the cookie's is current.
  document.addEventListener("htmx:configRequest", (event) => {
    const token = /(?:^|; )csrftoken=([^;]+)/.exec(document.cookie)?.[1];
    if (!token) return;
    event.detail.headers["X-CSRFToken"] = token;
    event.detail.formData?.set("csrfmiddlewaretoken", token);
  });

  // The field whose value was refused says so to a screen reader, until a value is taken.
  document.addEventListener("htmx:afterSwap", (event) => {
    const leaf = leafOf(event.target);
    if (!event.target.matches?.(".said") || !leaf) return;
    const wrong = Boolean(leaf.querySelector(".said .errorlist"));
    leaf.querySelector("[name=points]")?.setAttribute("aria-invalid", String(wrong));
  });

  // A file is not sent again by itself: its field keeps it, and the message stays until it is uploaded.
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
