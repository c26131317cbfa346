"use strict";

// Typing into a cell of the editor's table: Enter and Tab save and go on, Escape leaves it as it was.
window.CriteriaTyping = ({ choose, clear, editable, fieldOf, grid, holder, insert, methods, nextTyped, openFindings, reckon, send, show, textOf, upOrDown }) => {
  const LONG = new Set(["rule", "evidence", "examples"]);

  const edit = (cell, typed = null) => {
    if (!cell || cell.classList.contains("typing")) return;
    const field = fieldOf(cell);
    if (LONG.has(field)) { show(cell.parentElement, field); return; }
    if (field === "state") { openFindings(); return; }
    if (!editable(cell)) return;
    choose(cell, false);
    clear(cell);
    const before = textOf(cell);
    const parts = [...cell.childNodes];
    const input = document.createElement(field === "method" ? "select" : field === "name" ? "textarea" : "input");
    if (field === "method") for (const label of methods.keys()) input.add(new Option(label, label));
    if (field === "name") input.rows = Math.max(1, Math.ceil(cell.clientHeight / 21));
    if (field === "maximum" || field === "minimum") { input.inputMode = "decimal"; cell.classList.add("num-cell"); }
    input.value = typed ?? before;
    input.setAttribute("aria-label", `${grid.tHead.rows[0].cells[cell.cellIndex].textContent.trim()} ${cell.parentElement.code}`);
    cell.classList.add("typing");
    cell.replaceChildren(input);
    input.focus();
    if (typed === null) input.select?.();
    let over = false;
    const leave = (keep) => {
      if (over) return;
      over = true;
      const text = input.value.replace(/\s+/g, " ").trim();
      cell.classList.remove("typing", "num-cell");
      cell.replaceChildren(...parts);
      if (keep && text !== before.trim()) send(cell, text);
      else if (cell.stored !== undefined && !cell.pending) { holder(cell).textContent = cell.stored; delete cell.stored; reckon(); }
    };
    const go = (next) => { leave(true); choose(next ?? cell); };
    input.addEventListener("blur", () => leave(true));
    input.addEventListener("keydown", (event) => {
      event.stopPropagation();
      if (event.isComposing) return;
      if (event.key === "Escape") { leave(false); choose(cell); }
      else if (event.key === "Enter" && event.ctrlKey) { go(cell); insert(event.shiftKey ? "below" : "after"); }
      else if (event.key === "Enter") go(upOrDown(cell, event.shiftKey ? -1 : 1));
      else if (event.key === "Tab") go(nextTyped(cell, event.shiftKey ? -1 : 1));
      else return;
      event.preventDefault();
    });
  };

  return edit;
};

// Rows copied from a spreadsheet: over the rows from the cell on, or as new ones; into an empty table without asking.
window.CriteriaPaste = ({ ask, body, editable, fieldOf, insert, over, say, seenRows, send, words }) => {
  const PASTED = ["name", "maximum", "minimum"];
  document.addEventListener("paste", (event) => {
    const cell = event.target.closest?.("#grid tbody td, #grid tbody th");
    const text = event.clipboardData.getData("text/plain").replace(/\r/g, "").replace(/\n+$/, "");
    if ((!cell && body.rows.length) || event.target.closest?.("input, textarea, dialog") || !text) return;
    event.preventDefault();
    if (cell && !/[\n\t]/.test(text)) {
      if (editable(cell) && fieldOf(cell) !== "method") send(cell, text.trim());
      return;
    }
    const first = cell ? Math.max(PASTED.indexOf(fieldOf(cell)), 0) : 0;
    const lines = text.split("\n").map((line) => Object.fromEntries(line.split("\t").slice(0, PASTED.length - first).map((each, at) => [PASTED[first + at], each.trim()])));
    if (!cell) { insert("below", lines); return; }
    ask(document.getElementById("ed-paste"), say(words.pastes, { count: lines.length }), (way) => {
      if (way === "insert") { insert("after", lines); return; }
      const from = seenRows().slice(seenRows().indexOf(cell.parentElement)).slice(0, lines.length);
      over(from, lines);
    });
  });
};
