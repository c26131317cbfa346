"use strict";

// The table of a criteria set as a spreadsheet: cells that are typed into, rows that move, sums that are always there.
(() => {
  const grid = document.getElementById("grid");
  if (!grid) return;
  const { parse, format, compute } = window.CriteriaSums;
  const config = JSON.parse(document.getElementById("ed-config").textContent);
  const words = config.words;
  const say = (text, values) => text.replace(/%\((\w+)\)s/g, (_, name) => values[name]);
  const find = (id) => document.getElementById(id);
  const body = grid.tBodies[0];
  const FIELDS = ["code", "name", "maximum", "minimum", "sum", "method", "rule", "evidence", "examples", "state"];
  const TYPED = new Set(["code", "name", "maximum", "minimum", "method"]);
  const methods = new Map(config.methods.map(([value, label]) => [label, value]));
  const shut = new Set();
  let head = config.head;
  let query = "";

  const rows = () => [...body.rows];
  const seenRows = () => rows().filter((row) => !row.hidden);
  const level = (row) => Number(row.dataset.l);
  const side = (row) => row.dataset.s ?? "scale";
  const fieldOf = (cell) => FIELDS[cell.cellIndex];
  const cellOf = (row, field) => row.cells[FIELDS.indexOf(field)];
  const holder = (cell) => (cell.cellIndex === 0 ? cell.querySelector("a") : cell);
  const textOf = (cell) => [...holder(cell).childNodes].filter((each) => !each.classList?.contains("cell-says")).map((each) => each.textContent).join("");
  const nameOf = (row) => textOf(row.cells[1]);
  const below = (row) => {
    const found = [];
    for (let next = row.nextElementSibling; next && level(next) > level(row); next = next.nextElementSibling) found.push(next);
    return found;
  };

  // ---- sums, folding, search
  const total = (id, sum) => {
    const place = find(`sum-${id}`);
    const stated = parse(sum.stated) ?? 0;
    place.hidden = (id === "bonus" || id === "penalty") && !stated && !sum.found;
    const off = sum.rest ? say(sum.rest > 0 ? words.missing : words.toomuch, { sum: say(words.of, { sum: format(sum.found), stated: sum.stated }), rest: format(Math.abs(sum.rest)) }) : "";
    const text = place.querySelector(".s-words");
    text.textContent = off ? `⚠ ${off}` : `✓ ${say(words.of, { sum: format(sum.found), stated: sum.stated })}`;
    text.classList.toggle("off", Boolean(off));
  };
  const marker = () => { const made = document.createElement("i"); made.textContent = "▾"; return made; };
  const reckon = () => {
    const list = rows().map((row) => ({ row, level: level(row), side: side(row), maximum: textOf(row.cells[2]), minimum: textOf(row.cells[3]), survey: methods.get(textOf(row.cells[5])) === "survey" }));
    const sums = compute(list, head);
    for (const each of list) {
      const inner = each.below !== null;
      const cell = each.row.cells[4];
      each.row.classList.toggle("in", inner);
      if (inner !== Boolean(each.row.querySelector("i"))) inner ? each.row.cells[0].prepend(marker()) : each.row.querySelector("i").remove();
      const off = inner && each.rest ? say(each.rest > 0 ? words.missing : words.toomuch, { sum: format(each.below), rest: format(Math.abs(each.rest)) }) : "";
      cell.textContent = inner ? (off ? `⚠ ${off}` : `✓ ${format(each.below)}`) : "";
      cell.classList.toggle("off", Boolean(off));
      each.row.setAttribute("aria-level", each.level);
      inner ? each.row.setAttribute("aria-expanded", String(!shut.has(each.row.dataset.id))) : each.row.removeAttribute("aria-expanded");
    }
    for (const id of ["scale", "survey", "bonus", "penalty"]) total(id, sums[id]);
    find("ed-leaves").textContent = String(sums.leaves);
    find("ed-empty").hidden = list.length > 0;
    grid.classList.toggle("no-min", !list.some((each) => each.minimum.trim() || each.side === "penalty"));
    return sums;
  };
  const fold = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").replace(/[đĐ]/g, "d").toLowerCase();
  const arrange = () => {
    let found = 0;
    const open = [];
    for (const row of rows()) {
      while (open.length && level(open[open.length - 1]) >= level(row)) open.pop();
      const hit = query && fold([0, 1, 6, 7].map((at) => textOf(row.cells[at])).join(" | ")).includes(query);
      row.classList.toggle("hit", Boolean(hit));
      row.hidden = query ? !hit && !open.some((above) => above.classList.contains("hit")) : open.some((above) => shut.has(above.dataset.id));
      row.classList.toggle("shut", !query && shut.has(row.dataset.id));
      if (hit) { found += 1; for (const above of open) above.hidden = false; }
      open.push(row);
    }
    find("ed-found").textContent = query ? say(words.found, { count: found }) : "";
    document.querySelector("[data-act=fold] span").textContent = shut.size ? words.unfold : words.fold;
  };
  const turn = (row) => {
    shut.has(row.dataset.id) ? shut.delete(row.dataset.id) : shut.add(row.dataset.id);
    row.setAttribute("aria-expanded", String(!shut.has(row.dataset.id)));
    arrange();
  };

  // ---- where the keyboard is
  let here = null;
  const choose = (cell, focus = true) => {
    if (!cell) return;
    if (here && here !== cell) { here.removeAttribute("tabindex"); here.parentElement.classList.remove("now"); }
    here = cell;
    cell.tabIndex = 0;
    cell.parentElement.classList.add("now");
    if (focus) cell.focus();
    panel.later(cell.parentElement);
  };
  const drawn = (cell) => cell && cell.getClientRects().length > 0;
  const sideways = (cell, by) => {
    let next = cell;
    do next = by > 0 ? next.nextElementSibling : next.previousElementSibling; while (next && !drawn(next));
    return next;
  };
  const upOrDown = (cell, by) => {
    const list = seenRows();
    const row = list[Math.min(Math.max(list.indexOf(cell.parentElement) + by, 0), list.length - 1)];
    return row?.cells[cell.cellIndex];
  };

  const panel = window.CriteriaPanel({ find, words, say, rows, back: () => here?.focus(), saved: () => save.add([]) });
  const { show, openFindings } = panel;

  // ---- saving
  const status = (text) => { find("ed-status").textContent = text; };
  const alarm = (...parts) => { const box = find("ed-alert"); box.replaceChildren(...parts); box.hidden = !parts.length; };
  const clear = (cell) => { cell.classList.remove("bad"); cell.removeAttribute("aria-invalid"); cell.querySelector(".cell-says")?.remove(); };
  const keeps = (cell) => cell.classList.contains("typing") || cell.pending > 0 || cell.classList.contains("bad");
  const put = (cell, fresh) => {
    if (keeps(cell)) { cell.stored = cell.cellIndex === 0 ? fresh.querySelector("a").textContent : fresh.textContent; return; }
    const now = cell.classList.contains("now");
    cell.replaceChildren(...fresh.childNodes);
    cell.className = fresh.className;
    cell.classList.toggle("now", now);
  };
  const draw = (told) => {
    const known = new Map(rows().map((row) => [row.dataset.id, row]));
    const fresh = [];
    for (const [id, html] of Object.entries(told.rows ?? {})) {
      const made = document.createElement("template");
      made.innerHTML = html;
      const row = made.content.firstElementChild;
      const old = known.get(id);
      if (!old) { known.set(id, row); fresh.push(row); continue; }
      old.code = row.querySelector("a").textContent;
      for (let at = 0; at < FIELDS.length - 1; at += 1) put(old.cells[at], row.cells[at]);
      Object.assign(old.dataset, row.dataset);
      if (!row.dataset.s) delete old.dataset.s;
      old.id = row.id;
    }
    for (const row of fresh) adopt(row);
    if (told.order) {
      const wanted = new Set(told.order.map(([id]) => String(id)));
      for (const [id, row] of known) if (!wanted.has(id)) row.remove();
      told.order.forEach(([id, code, depth], at) => {
        const row = known.get(String(id));
        row.code = code;
        row.id = `n-${code}`;
        row.dataset.l = depth;
        if (!keeps(row.cells[0])) row.querySelector("a").textContent = code;
        if (body.rows[at] !== row) body.insertBefore(row, body.rows[at] ?? null);
      });
    }
    if (told.head) { head = told.head; find("ed-title").textContent = head.title; }
    for (const name of ["undo", "redo"]) {
      if (told[name] === undefined) continue;
      find(`ed-${name}`).disabled = !told[name];
      find(`ed-${name}`).title = told[name];
    }
    const sums = reckon();
    arrange();
    if (here && !here.isConnected) here = null;
    if (here && document.activeElement === document.body) here.focus();
    if (told.sums && !save.waits() && !body.querySelector(".bad") && ["scale", "survey", "bonus", "penalty"].some((each) => format(sums[each].found) !== told.sums[each].replace(".", ","))) alarm(words.sums);
    return fresh;
  };
  const choice = (label, act) => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "link";
    button.textContent = label;
    button.addEventListener("click", (event) => { event.stopPropagation(); act(); });
    return button;
  };
  const refuse = (told, entry) => {
    const cell = entry.cells?.[0];
    if (!cell?.isConnected) { alarm(`${told.code ? `${told.code}: ` : ""}${told.error}`); return; }
    const typed = textOf(cell);
    const note = document.createElement("span");
    note.className = "cell-says";
    note.setAttribute("role", "alert");
    note.append(told.error, " ");
    if ("theirs" in told) {
      const theirs = fieldOf(cell) === "method" ? new Map(config.methods).get(told.theirs) : told.theirs.replace(".", fieldOf(cell) === "name" ? "." : ",");
      note.append(
        choice(say(words.theirs, { value: theirs || words.empty }), () => { clear(cell); holder(cell).textContent = theirs; reckon(); choose(cell); }),
        choice(say(words.mine, { value: typed || words.empty }), () => { clear(cell); send(cell, typed); choose(cell); }),
      );
    }
    cell.classList.add("bad");
    cell.setAttribute("aria-invalid", "true");
    cell.append(note);
    const place = note.getBoundingClientRect();
    note.classList.toggle("above", place.bottom > find("ed-status").parentElement.getBoundingClientRect().top && place.top > place.height + 80);
    note.classList.toggle("leftwards", place.right > document.documentElement.clientWidth);
  };
  const save = window.CriteriaSave(config, {
    saving: (entry) => { if (!entry.quiet) status(words.saving); },
    stuck: (why, count) => {
      status(say(words.offline, { count }));
      if (why === "offline") return;
      const link = document.createElement("a");
      link.href = config.login;
      link.target = "_blank";
      link.textContent = words.signin;
      why === "expired" ? alarm(`${words.expired} `, link) : alarm(words.failed);
    },
    answered: (told, entry, ok, left) => {
      for (const cell of entry.cells ?? []) { cell.pending -= 1; if (!cell.pending) cell.classList.remove("waits"); }
      if (ok) alarm(); else refuse(told, entry);
      const fresh = told.seen === undefined ? [] : draw(told);
      if (!ok) { status(""); return; }
      if (!entry.quiet || fresh.length) status(left ? words.saving : say(words.saved, { at: told.at }));
      if (entry.quiet && Object.keys(told.rows).length && told.by.length) status(say(words.others, { who: told.by.join(", ") }));
      entry.then?.(fresh);
      if (!entry.quiet || Object.keys(told.rows).length) look();
    },
  });
  const look = () => { clearTimeout(look.timer); look.timer = setTimeout(() => window.htmx.trigger(document.body, "ed:look"), 1200); };
  const wish = (operation, row, more) => save.add(() => [{ ...operation, ...(row ? { code: row.code } : {}) }], more);

  const send = (cell, text) => {
    const row = cell.parentElement;
    const field = fieldOf(cell);
    clear(cell);
    cell.stored ??= textOf(cell);
    holder(cell).textContent = text;
    cell.classList.add("waits");
    cell.pending = (cell.pending ?? 0) + 1;
    const value = field === "method" ? methods.get(text) : text;
    const operation = field === "code" ? { op: "recode", to: value } : { op: "set", values: { [field]: value } };
    reckon();
    save.add(() => [{ ...operation, code: row.code }], { cells: [cell] });
  };

  // ---- typing into a cell
  const editable = (cell) => {
    const field = fieldOf(cell);
    const row = cell.parentElement;
    return TYPED.has(field) && !(field === "method" && row.classList.contains("in")) && !(field === "maximum" && side(row) === "penalty");
  };
  const edit = window.CriteriaTyping({ choose, clear, editable, fieldOf, grid, holder, insert: (place) => insert(place), methods, nextTyped: (cell, by) => nextTyped(cell, by), openFindings, reckon, send, show, textOf, upOrDown });
  const nextTyped = (cell, by) => {
    let next = cell;
    do next = sideways(next, by); while (next && !editable(next));
    return next ?? (by > 0 ? upOrDown(cell, 1)?.parentElement.cells[1] : upOrDown(cell, -1)?.parentElement.cells[2]);
  };

  // ---- acts on rows
  const insert = (place, nodes = [{ name: "" }]) => {
    const row = here?.parentElement;
    const of = row ? place : "below";
    save.add(() => [{ op: "insert", place: of, of: row?.code ?? "", nodes }], {
      then: (fresh) => {
        if (row && place === "below") { shut.delete(row.dataset.id); arrange(); }
        const first = fresh.find((each) => !each.hidden);
        if (!first) return;
        choose(first.cells[1]);
        if (nodes.length === 1 && !nodes[0].name) edit(first.cells[1]);
      },
    });
  };
  const ask = (dialog, text, act) => {
    dialog.querySelector("p").textContent = text;
    let answer = "no";
    dialog.querySelector("form").onsubmit = (event) => { answer = event.submitter?.value ?? "no"; };
    dialog.onclose = () => { here?.focus(); if (answer !== "no") act(answer); };
    dialog.showModal();
  };
  const remove = (row) => {
    const gone = below(row).length;
    const text = say(gone ? words.removesbelow : words.removes, { code: row.code, name: nameOf(row), count: gone });
    ask(find("ed-remove"), text, () => {
      const next = upOrDown(row.cells[1], -1);
      wish({ op: "remove" }, row, { then: () => choose(next?.isConnected ? next : body.rows[0]?.cells[1]) });
    });
  };
  const acts = {
    below: () => insert("below"),
    remove: (row) => remove(row),
    fold: () => { if (shut.size) shut.clear(); else for (const row of rows()) if (level(row) === 1 && row.classList.contains("in")) shut.add(row.dataset.id); reckon(); arrange(); },
    help: () => find("ed-help").showModal(),
    close: () => panel.close(),
    findings: () => openFindings(),
    renumber: (row) => wish({ op: "renumber" }, row),
  };
  const hasAbove = (row) => {
    let next = row.previousElementSibling;
    while (next && level(next) > level(row)) next = next.previousElementSibling;
    return next && level(next) === level(row);
  };
  const stays = { indent: (row) => !hasAbove(row), outdent: (row) => level(row) === 1 };
  for (const act of ["up", "down", "indent", "outdent"]) acts[act] = (row) => (!save.waits() && stays[act]?.(row) ? status(words[`no${act}`]) : wish({ op: act }, row));
  const back = (act) => save.add([{ op: act }]);

  // ---- events
  grid.addEventListener("keydown", (event) => {
    const cell = event.target.closest("tbody td, tbody th");
    if (!cell || event.isComposing) return;
    const act = KEYS.find(([test]) => test(event, cell));
    if (!act) return;
    event.preventDefault();
    act[1](cell, event);
  });
  const key = (name, more = {}) => (event) => event.key === name && event.altKey === Boolean(more.alt) && (event.ctrlKey || event.metaKey) === Boolean(more.ctrl) && (more.shift === undefined || event.shiftKey === more.shift);
  const KEYS = [
    [key("ArrowUp"), (cell) => choose(upOrDown(cell, -1))],
    [key("ArrowDown"), (cell) => choose(upOrDown(cell, 1))],
    [key("ArrowLeft"), (cell) => choose(sideways(cell, -1))],
    [key("ArrowRight"), (cell) => choose(sideways(cell, 1))],
    [key("PageUp"), (cell) => choose(upOrDown(cell, -15))],
    [key("PageDown"), (cell) => choose(upOrDown(cell, 15))],
    [key("Home", { ctrl: true }), (cell) => choose(upOrDown(cell, -9999))],
    [key("End", { ctrl: true }), (cell) => choose(upOrDown(cell, 9999))],
    [key("Home"), (cell) => choose(cell.parentElement.cells[0])],
    [key("End"), (cell) => choose([...cell.parentElement.cells].filter(drawn).at(-1))],
    [key("ArrowUp", { alt: true }), (cell) => acts.up(cell.parentElement)],
    [key("ArrowDown", { alt: true }), (cell) => acts.down(cell.parentElement)],
    [key("ArrowRight", { alt: true }), (cell) => acts.indent(cell.parentElement)],
    [key("ArrowLeft", { alt: true }), (cell) => acts.outdent(cell.parentElement)],
    [key("Enter", { ctrl: true, shift: true }), () => insert("below")],
    [key("Enter", { ctrl: true }), () => insert("after")],
    [key("Insert", { shift: true }), () => insert("below")],
    [key("Insert"), () => insert("after")],
    [key("Delete"), (cell) => remove(cell.parentElement)],
    [key("Backspace"), (cell) => edit(cell, "")],
    [key("Escape"), (cell) => { if (cell.classList.contains("bad")) { clear(cell); holder(cell).textContent = cell.stored ?? textOf(cell); delete cell.stored; reckon(); } else panel.close(); }],
    [(event, cell) => event.key === " " && cell.cellIndex === 0 && cell.parentElement.classList.contains("in"), (cell) => turn(cell.parentElement)],
    [key("Enter"), (cell) => edit(cell)],
    [key("F2"), (cell) => edit(cell)],
    [(event) => event.key.length === 1 && !"/? ".includes(event.key) && !event.ctrlKey && !event.altKey && !event.metaKey, (cell, event) => edit(cell, editable(cell) && fieldOf(cell) !== "method" ? event.key : null)],
  ];
  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.target.closest("dialog")) return;
    const typing = event.target.closest("input, textarea, select");
    const ctrl = (event.ctrlKey || event.metaKey) && !event.altKey;
    if (ctrl && !typing && event.key.toLowerCase() === "z" && !event.shiftKey) back("undo");
    else if (ctrl && !typing && (event.key.toLowerCase() === "y" || (event.key.toLowerCase() === "z" && event.shiftKey))) back("redo");
    else if (!typing && !ctrl && event.key === "/") find("ed-q").select(), find("ed-q").focus();
    else if (!typing && !ctrl && event.key === "?") find("ed-help").showModal();
    else return;
    event.preventDefault();
  });
  grid.addEventListener("mousedown", (event) => {
    const cell = event.target.closest("tbody td, tbody th");
    if (!cell || event.button || event.target.closest("input, textarea, select, button, a, i")) return;
    event.preventDefault();
    document.activeElement?.blur?.();
    choose(cell);
  });
  grid.addEventListener("dblclick", (event) => {
    if (!event.target.closest("input, textarea, select, button, a, i")) edit(event.target.closest("tbody td, tbody th"));
  });
  grid.addEventListener("click", (event) => {
    const row = event.target.closest("tbody tr");
    if (!row) return;
    if (event.target.closest("i")) turn(row);
    else if (event.target.closest("a") && !event.ctrlKey && !event.metaKey) { event.preventDefault(); choose(row.cells[0], false); show(row, "name"); }
  });
  window.CriteriaPaste({ ask, body, editable, fieldOf, insert, over: (rows, lines) => save.add(() => rows.map((row, at) => ({ op: "set", code: row.code, values: lines[at] }))), say, seenRows, send, words });
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-act]");
    if (button) { const row = here?.parentElement; if (row || ["fold", "help", "close", "findings", "below"].includes(button.dataset.act)) acts[button.dataset.act](row); }
    const link = event.target.closest("#ed-findings a[href^='#n-']");
    if (link) { event.preventDefault(); follow(link.getAttribute("href")); }
  });
  for (const act of ["undo", "redo"]) find(`ed-${act}`).addEventListener("click", (event) => { event.preventDefault(); back(act); });
  find("ed-add").addEventListener("click", (event) => { event.preventDefault(); insert("after"); });
  find("ed-q").addEventListener("input", (event) => { query = fold(event.target.value.trim()); arrange(); });
  find("ed-q").addEventListener("keydown", (event) => {
    if (event.key === "Escape") { event.target.value = query = ""; arrange(); (here ?? body.rows[0]?.cells[1])?.focus(); }
    if (event.key === "Enter") { event.preventDefault(); choose(rows().find((row) => row.classList.contains("hit"))?.cells[1]); }
  });
  const follow = (hash) => {
    const id = decodeURIComponent(hash.slice(1));
    const row = find(id) ?? find(id.slice(0, id.lastIndexOf("-")));
    if (!row || row.parentElement !== body) return;
    const field = row.id === id ? "name" : id.slice(row.id.length + 1);
    query = find("ed-q").value = "";
    shut.clear();
    arrange();
    choose(row.cells[Math.max(FIELDS.indexOf(field), 1)]);
    if (!TYPED.has(field)) show(row, field);
  };
  window.addEventListener("hashchange", () => follow(location.hash));

  // ---- the page as it came
  const adopt = (row) => { row.code = row.querySelector("a").textContent; row.querySelector("a").tabIndex = -1; };
  for (const row of rows()) adopt(row);
  for (const each of document.querySelectorAll(".ed-js")) each.hidden = false;
  grid.setAttribute("role", "treegrid");
  reckon();
  arrange();
  choose(body.rows[0]?.cells[1], false);
  if (location.hash.startsWith("#n-")) follow(location.hash);
  look();
  setInterval(() => { if (!document.hidden && !document.querySelector(".typing")) save.look(); }, 30000);
})();
