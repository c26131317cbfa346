"use strict";

// Moving about the score sheet: narrowing it, going from cell to cell, taking over what the rule gives. What is typed is
// the journal's (assessments.js).
(() => {
  const sheet = document.querySelector(".sheet");
  const filter = document.getElementById("filter");
  if (!sheet || !filter) return;
  const all = () => [...sheet.querySelectorAll("li.leaf")];
  const leafOf = (element) => element?.closest?.("li.leaf");

  // --- narrowing ----------------------------------------------------------------------------------------------------

  const folded = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").replace(/[đĐ]/g, "d").toLowerCase().replace(/\s+/g, " ").trim();
  const words = new Map();
  const wordsOf = (leaf) => {
    if (!words.has(leaf.id)) words.set(leaf.id, folded(`${leaf.querySelector(".c-code").textContent} ${leaf.querySelector(".c-name").firstElementChild?.textContent ?? leaf.querySelector(".c-name").textContent}`));
    return words.get(leaf.id);
  };
  const isUnder = (leaf, way) => way === "all" || (leaf.querySelector(".c-state > [data-is]")?.dataset.is ?? "").split(" ").includes(way);
  const chosen = () => filter.querySelector("[name=show]:checked")?.value ?? "all";

  // A node is shown when a leaf below it is: everything deeper than it, up to the next one that is not.
  const showNodes = () => {
    for (const area of sheet.querySelectorAll(".area")) {
      let above = [];
      for (const row of area.querySelectorAll(".leaves > li")) {
        const depth = Number(row.dataset.depth);
        above = above.filter((node) => Number(node.dataset.depth) < depth);
        if (row.matches(".node")) {
          row.hidden = true;
          above.push(row);
        } else if (!row.hidden) for (const node of above) node.hidden = false;
      }
      area.hidden = !area.querySelector(".leaf:not([hidden])");
    }
  };

  const found = document.getElementById("found");
  const narrow = () => {
    const way = chosen();
    const text = folded(filter.q.value);
    let shown = 0;
    const leaves = all();
    for (const leaf of leaves) {
      leaf.hidden = !isUnder(leaf, way) || !wordsOf(leaf).includes(text);
      shown += !leaf.hidden;
    }
    showNodes();
    found.textContent = !shown ? found.dataset.none
      : shown === leaves.length ? "" : found.dataset.some.replace("#n", shown).replace("#all", leaves.length);
    const query = new URLSearchParams();
    if (way !== "all") query.set("show", way);
    if (filter.q.value.trim()) query.set("q", filter.q.value.trim());
    history.replaceState(null, "", `${location.pathname}${query.size ? `?${query}` : ""}${location.hash}`);
  };

  // What was just scored stays where it is until the filter is chosen anew: only the counts move.
  const count = () => {
    const leaves = all();
    for (const place of filter.querySelectorAll("[data-count]")) {
      place.textContent = leaves.filter((leaf) => isUnder(leaf, place.dataset.count)).length;
    }
  };

  filter.querySelector("[data-plain]").hidden = true;
  filter.addEventListener("submit", (event) => {
    event.preventDefault();
    narrow();
  });
  filter.addEventListener("change", narrow);
  filter.q.addEventListener("input", narrow);
  document.addEventListener("htmx:afterSettle", count);

  // --- the body of a leaf, when it is opened first -------------------------------------------------------------------

  sheet.addEventListener("toggle", (event) => {
    const link = event.target.open && event.target.querySelector?.(":scope > .more-body > a.body");
    if (link) window.htmx.ajax("GET", link.href, { source: event.target, target: link.parentElement });
  }, true);

  // --- from cell to cell --------------------------------------------------------------------------------------------

  const CELL = ".c-points input, .c-points select";
  const cells = () => [...sheet.querySelectorAll(CELL)].filter((cell) => cell.offsetParent);
  const go = (from, step) => {
    const list = cells();
    const next = list[list.indexOf(from) + step];
    if (!next) return;
    next.focus();
    if (next.select) next.select();
  };
  const toggle = (leaf) => {
    const more = leaf.querySelector("details.more");
    if (more) more.open = !more.open;
  };

  const inCell = (event) => {
    const { target, key } = event;
    const isList = target.matches("select");
    if (key === "Enter" && (event.ctrlKey || event.metaKey)) toggle(leafOf(target));
    else if (key === "Enter") go(target, event.shiftKey ? -1 : 1);
    else if (!isList && key === "ArrowDown") go(target, 1);
    else if (!isList && key === "ArrowUp") go(target, -1);
    else return false;
    return true;
  };

  const keys = document.getElementById("keys");
  const opener = filter.querySelector("[data-keys]");
  opener.hidden = false;
  const showKeys = () => {
    keys.hidden = !keys.hidden;
    opener.setAttribute("aria-expanded", String(!keys.hidden));
    if (!keys.hidden) keys.focus();
  };
  opener.addEventListener("click", showKeys);

  document.addEventListener("keydown", (event) => {
    const { target, key } = event;
    if (event.altKey || event.isComposing) return;
    const isText = target.matches("textarea, input:not([type=checkbox], [type=radio])") && !target.matches(CELL);
    if (target.matches(CELL) && inCell(event)) event.preventDefault();
    else if (key === "Escape" && !keys.hidden) showKeys();
    else if (key === "Escape" && target.closest(".more-body")) leafOf(target).querySelector(CELL)?.focus();
    else if (isText || event.ctrlKey || event.metaKey) return;
    else if (key === "?") {
      event.preventDefault();
      showKeys();
    } else if (key === "/" && !target.matches("input")) {
      event.preventDefault();
      filter.q.focus();
    }
  });

  // --- what the rule gives ------------------------------------------------------------------------------------------

  const take = (button) => {
    const cell = leafOf(button).querySelector(CELL);
    const value = button.dataset.take;
    if (cell.matches("select") && ![...cell.options].some((each) => each.value === value)) cell.add(new Option(value, value));
    cell.value = value;
    cell.focus();
    for (const kind of ["input", "change"]) cell.dispatchEvent(new Event(kind, { bubbles: true }));
  };
  const reasonOf = (leaf) => {
    const field = document.getElementById(`r-${leaf.dataset.leaf}`);
    field?.focus();
    return Boolean(field);
  };
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-take]");
    const link = event.target.closest("a[data-reason]");
    if (button) {
      event.preventDefault();
      take(button);
    } else if (link) {
      event.preventDefault();
      const leaf = leafOf(link);
      leaf.querySelector("details.more").open = true;
      if (!reasonOf(leaf)) leaf.dataset.wants = "reason";
    }
  });
  document.addEventListener("htmx:afterSettle", (event) => {
    const leaf = leafOf(event.target);
    if (leaf?.dataset.wants && reasonOf(leaf)) delete leaf.dataset.wants;
  });
})();
