"use strict";

// Keys of the lineage: J and K go from row to row, Enter confirms, X ticks, E changes. Without this file every act is
// still a button, a tick or a link.
(() => {
  const rows = () => [...document.querySelectorAll("tr.trace")];
  const here = () => document.activeElement?.closest?.("tr.trace");
  const go = (row) => { if (row) { row.focus(); row.scrollIntoView({ block: "nearest" }); } };

  function step(by) {
    const all = rows();
    const at = all.indexOf(here());
    go(at < 0 ? all.find((row) => row.hasAttribute("data-open")) || all[0] : all[at + by]);
  }

  const acts = {
    j: () => step(1),
    k: () => step(-1),
    e: () => here()?.querySelector("[data-changes]")?.click(),
    x: () => here()?.querySelector("[name=rows]")?.click(),
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
    if (event.key === "Enter" && event.target.matches?.("tr.trace")) {
      event.preventDefault();
      event.target.querySelector("[data-confirms]")?.click();
      return;
    }
    if (event.target.closest?.("input:not([type=checkbox]), textarea, select")) return;
    const act = acts[event.key.toLowerCase()];
    if (act) { event.preventDefault(); act(); }
  });

  // After a confirmation the keyboard goes on to the next row that waits; after a refusal it stays.
  document.addEventListener("htmx:afterSwap", (event) => {
    const row = document.getElementById(event.detail.requestConfig?.parameters?.only || "");
    if (!row) return;
    const all = rows();
    const next = all.slice(all.indexOf(row) + 1).find((each) => each.hasAttribute("data-open"));
    go(row.hasAttribute("data-open") ? row : next || row);
  });

  for (const all of document.querySelectorAll("[data-ticks-all]")) {
    all.hidden = false;
    all.addEventListener("change", () => {
      for (const each of all.closest("table").querySelectorAll("[name=rows]")) each.checked = all.checked;
    });
  }
})();
