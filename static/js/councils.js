"use strict";

// Keys of the appraisal desk: every element with data-key answers to its letter. Off while typing, and where the
// person has switched them off on this machine. Without this file every act is still a link or a button.
(() => {
  const STORE = "parindex-keys-off";
  const toggle = document.getElementById("keys-on");
  const off = () => { try { return localStorage.getItem(STORE) === "1"; } catch { return false; } };

  document.querySelectorAll(".keys-button, .key").forEach((each) => { each.hidden = false; });
  if (toggle) {
    toggle.checked = !off();
    toggle.addEventListener("change", () => {
      try { localStorage.setItem(STORE, toggle.checked ? "0" : "1"); } catch { /* private window: for this page only */ }
    });
  }
  document.querySelectorAll("[data-opens]").forEach((button) => {
    button.addEventListener("click", () => document.getElementById(button.dataset.opens).showModal());
  });

  function act(element) {
    if (element.tagName === "DETAILS") {
      element.open = true;
      const first = element.querySelector("input:checked, input.points, input[type=radio], textarea");
      if (first) { first.focus(); if (first.select && first.type === "text") first.select(); }
    } else {
      element.click();
    }
  }

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.repeat || event.isComposing) return;
    const typing = event.target.closest("input:not([type=radio], [type=checkbox]), textarea, select, dialog, [contenteditable]");
    if (typing || (off() && event.key !== "?")) return;
    const element = document.querySelector(`[data-key="${CSS.escape(event.key.toLowerCase())}"]`);
    if (!element) return;
    event.preventDefault();
    act(element);
  });

  // The evidence opens where the proof stands in it: only its own region scrolls, the decision stays in sight. Again
  // once the picture is there, unless the person has scrolled meanwhile.
  const cited = document.querySelector(".sheets [data-cited]");
  if (cited && !location.hash.startsWith("#page-")) {
    const region = cited.closest(".sheets"), image = cited.querySelector("img") ?? cited;
    let shown = -1;
    const open = () => {
      if (shown >= 0 && Math.abs(region.scrollTop - shown) > 2) return;
      const frame = cited.querySelector(".box-edge") ?? cited;
      const above = frame === cited ? 8 : 40;
      region.scrollTop += frame.getBoundingClientRect().top - region.getBoundingClientRect().top - above;
      shown = region.scrollTop;
    };
    open();
    if (!image.complete) image.addEventListener("load", open, { once: true });
    region.parentElement.addEventListener("change", open);
  }

  const summary = document.querySelector("[data-focus]");
  if (summary) summary.focus();
})();
