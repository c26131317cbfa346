"use strict";

// Beside the table: the form of the row that the keyboard is on, and what the checker finds.
window.CriteriaPanel = ({ find, words, say, rows, back, saved }) => {
  const panel = find("ed-side");
  const target = find("ed-node");
  let dirty = false;
  let timer = 0;

  const open = () => { panel.hidden = false; find("editor").classList.add("with-side"); };
  const tab = (name) => {
    for (const each of panel.querySelectorAll("[data-tab]")) each.setAttribute("aria-pressed", String(each.dataset.tab === name));
    target.hidden = name !== "node";
    find("ed-findings").hidden = name !== "findings";
  };
  const show = (row, field = "") => {
    clearTimeout(timer);
    open();
    tab("node");
    target.dataset.id = row.dataset.id;
    window.htmx.ajax("GET", `${row.dataset.id}/`, { target, swap: "innerHTML" }).then(() => {
      if (field) target.querySelector(`[name="${field}"]`)?.focus();
    });
  };
  // Follows the keyboard, unless something typed into the panel would be lost.
  const later = (row) => {
    clearTimeout(timer);
    if (panel.hidden || target.hidden || target.dataset.id === row.dataset.id || dirty) return;
    timer = setTimeout(() => { if (!dirty) show(row); }, 350);
  };
  const close = () => {
    if (panel.hidden) return;
    panel.hidden = true;
    dirty = false;
    find("editor").classList.remove("with-side");
    back();
  };
  const openFindings = () => { open(); tab("findings"); window.htmx.trigger(document.body, "ed:look"); };

  const mark = (list) => {
    for (const row of rows()) row.cells[9].replaceChildren();
    for (const each of list.querySelectorAll("[data-code]")) {
      const place = find(`n-${each.dataset.code}`)?.cells[9];
      if (!place || place.querySelector(".mark-error")) continue;
      const sign = document.createElement("span");
      sign.className = `mark mark-${each.dataset.severity}`;
      sign.textContent = each.dataset.severity === "error" ? "✗" : "!";
      sign.title = each.textContent.trim().replace(/\s+/g, " ");
      place.replaceChildren(sign);
    }
    const counts = list.querySelector("[data-errors]")?.dataset;
    if (counts) find("ed-count").textContent = say(words.findings, counts);
  };

  target.addEventListener("input", (event) => { dirty = dirty || !event.target.matches("[name=value], [name=group], [name^=line-], [name=kind]"); });
  panel.addEventListener("click", (event) => {
    const page = event.target.closest("[data-tab]");
    if (page) page.dataset.tab === "findings" ? openFindings() : tab("node");
  });
  document.body.addEventListener("ed:saved", () => { dirty = false; saved(); });
  document.body.addEventListener("htmx:afterSwap", (event) => {
    if (event.target === target) dirty = Boolean(target.querySelector("[data-focus]"));
    if (event.target.id === "ed-findings") mark(event.target);
  });
  return { show, later, close, openFindings };
};
