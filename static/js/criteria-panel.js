"use strict";

// Beside the table: the form of the row that the keyboard is on, and what the checker finds.
// What is typed here is saved before another row comes in or the panel closes; refused, it stays, with the reason.
window.CriteriaPanel = ({ find, words, say, rows, back, saved }) => {
  const panel = find("ed-side");
  const target = find("ed-node");
  const PASSING = "[name=value], [name=group], [name^=line-], [name=kind]";
  const since = new Map();
  let dirty = false;
  let refused = false;
  let flying = null;
  let wanted = null;
  let timer = 0;

  const open = () => { panel.hidden = false; find("editor").classList.add("with-side"); };
  const point = () => {
    const id = panel.hidden || target.hidden ? "" : target.dataset.id;
    for (const row of rows()) row.dataset.id === id ? row.setAttribute("aria-current", "true") : row.removeAttribute("aria-current");
  };
  const tab = (name) => {
    for (const each of panel.querySelectorAll("[data-tab]")) each.setAttribute("aria-pressed", String(each.dataset.tab === name));
    target.hidden = name !== "node";
    find("ed-findings").hidden = name !== "findings";
    point();
  };

  // Whether the panel may show something else now: true when nothing waits in it any more.
  const keep = async () => {
    if (!dirty) return true;
    if (refused && window.confirm(words.drop)) {
      dirty = refused = false;
      target.replaceChildren();
      delete target.dataset.id;
      return true;
    }
    if (refused) { open(); tab("node"); return false; }
    const form = target.querySelector("form");
    if (!form.checkValidity()) { open(); tab("node"); refused = true; form.reportValidity(); return false; }
    if (!flying) window.htmx.ajax("POST", form.action, { source: form, target, swap: "innerHTML" }).catch(() => {});
    await flying?.over;
    if (!dirty) return true;
    open();
    tab("node");
    return false;
  };
  const show = async (row, field = "") => {
    clearTimeout(timer);
    wanted = row;
    open();
    tab("node");
    const focus = () => { if (field) target.querySelector(`[name="${field}"]`)?.focus(); };
    if (dirty && target.dataset.id === row.dataset.id) { focus(); return; }
    if (!(await keep()) || wanted !== row) return;
    await window.htmx.ajax("GET", `${row.dataset.id}/`, { target, swap: "innerHTML" });
    if (wanted !== row) return;
    if (dirty) { await show(row, field); return; }
    focus();
  };
  // Follows the keyboard; but not away from what the server has refused.
  const later = (row) => {
    clearTimeout(timer);
    if (panel.hidden || target.hidden || target.dataset.id === row.dataset.id || refused) return;
    timer = setTimeout(() => { if (!refused && !panel.hidden && !target.hidden) show(row); }, 350);
  };
  const close = async () => {
    if (panel.hidden) return;
    clearTimeout(timer);
    wanted = null;
    if (!(await keep())) return;
    panel.hidden = true;
    find("editor").classList.remove("with-side");
    point();
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

  const typed = (field) => {
    dirty = true;
    refused = false;
    if (flying) since.set(field.name, field.value);
  };
  target.addEventListener("input", (event) => { if (!event.target.matches(PASSING)) typed(event.target); });
  // A rule written by its lines and proposed examples come from the server, but are not stored yet either.
  target.addEventListener("htmx:oobAfterSwap", (event) => { if (event.target.matches?.("#id_rule, #id_examples")) typed(event.target); });
  panel.addEventListener("click", (event) => {
    const page = event.target.closest("[data-tab]");
    if (page) page.dataset.tab === "findings" ? openFindings() : tab("node");
  });
  document.body.addEventListener("ed:saved", () => { dirty = refused = false; saved(); });

  // The form on its way: what is typed meanwhile is put back into the answer.
  const isForm = (event) => event.detail.requestConfig.elt.matches(".node-form");
  document.body.addEventListener("htmx:beforeRequest", (event) => {
    if (!isForm(event)) return;
    flying = {};
    flying.over = new Promise((resolve) => { flying.end = resolve; });
    since.clear();
  });
  document.body.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.target === target && event.detail.requestConfig.verb === "get" && dirty) event.detail.shouldSwap = false;
  });
  document.body.addEventListener("htmx:afterSwap", (event) => {
    if (event.target.id === "ed-findings") mark(event.target);
    if (event.target !== target) return;
    if (event.detail.requestConfig.verb === "get") target.dataset.id = event.detail.requestConfig.path.match(/(\d+)\/$/)[1];
    for (const [name, value] of since) { const field = target.querySelector(`[name="${name}"]`); if (field) { field.value = value; dirty = true; } }
    point();
  });
  document.body.addEventListener("htmx:afterRequest", (event) => {
    if (!isForm(event) || !flying) return;
    refused = dirty && !since.size && event.detail.xhr.status >= 400;
    flying.end();
    flying = null;
  });
  window.addEventListener("beforeunload", (event) => {
    if (dirty || document.querySelector("#grid .typing, #grid .bad")) event.preventDefault();
  });
  return { show, later, close, openFindings };
};
