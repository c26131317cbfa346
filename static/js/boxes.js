"use strict";

// The frame on a cited page: drawn with a mouse or a finger, moved and sized by the keyboard. It only fills the four
// edges of the form in; without this file they are typed, in per cent of the page.
(() => {
  const holder = document.querySelector("[data-boxes]");
  const fields = ["left", "top", "right", "bottom"].map((name) => document.getElementById(`id_${name}`));
  const pageField = document.getElementById("id_page");
  if (!holder || !pageField || fields.includes(null)) return;

  const WHOLE = 10000, STEP = 100, LEAST = 100, DRAWING = "http://www.w3.org/2000/svg";
  const comma = document.documentElement.lang.startsWith("vi") ? "," : ".";
  const frame = holder.querySelector(".boxed"), image = frame.querySelector("img");
  const said = holder.querySelector("[data-said]"), at = holder.querySelector("[data-at]");
  const pages = Number(holder.dataset.pages);
  const words = (text, more) => Object.entries(more).reduce((whole, [key, value]) => whole.replace(`{${key}}`, value), text);
  const shape = (name, attributes) => {
    const made = document.createElementNS(DRAWING, name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    return made;
  };

  const svg = shape("svg", { class: "box", viewBox: `0 0 ${WHOLE} ${WHOLE}`, preserveAspectRatio: "none" });
  const rest = svg.appendChild(shape("path", { class: "box-rest", "fill-rule": "evenodd" }));
  const edge = svg.appendChild(shape("path", { class: "box-edge", id: "cited", tabindex: "0", role: "application", "aria-describedby": "box-how" }));
  frame.querySelector("svg")?.remove();
  frame.append(svg);

  const kept = { page: Number(holder.dataset.page), box: null };
  let page = kept.page, box = null, before = null;

  // --- reading and showing --------------------------------------------------------------------------------------------

  const number = (text) => (text.trim() ? Math.round(Number(text.trim().replace(",", ".")) * 100) : NaN);
  const percent = (value) => String(value / 100).replace(".", comma);
  const isBox = ([left, top, right, bottom]) => left >= 0 && top >= 0 && left < right && top < bottom && right <= WHOLE && bottom <= WHOLE;

  function show() {
    const [left, top, right, bottom] = box ?? [];
    const path = box ? `M${left} ${top}H${right}V${bottom}H${left}Z` : "";
    edge.setAttribute("d", path);
    rest.setAttribute("d", box ? `M0 0H${WHOLE}V${WHOLE}H0Z${path}` : "");
    const edges = box ? { left: percent(left), top: percent(top), right: percent(right), bottom: percent(bottom) } : {};
    const text = box ? words(holder.dataset.frame, { page, ...edges }) : holder.dataset.none;
    edge.setAttribute("aria-label", text);
    return text;
  }

  // What was done with the page is written into the form, and read out once the hand rests.
  let resting = 0;
  function put(wanted) {
    box = wanted;
    fields.forEach((field, which) => {
      field.value = box ? percent(box[which]) : "";
      field.dispatchEvent(new Event("input", { bubbles: true }));
    });
    if (box && !pageField.value) pageField.value = page;
    const text = show();
    clearTimeout(resting);
    resting = setTimeout(() => { said.textContent = text; }, 400);
  }

  function read() {
    const typed = fields.map((field) => number(field.value));
    box = isBox(typed) ? typed : null;
    show();
  }

  // Another page: the frame belongs to the one on which it was drawn, and comes back with it.
  function turn(wanted) {
    if (!Number.isInteger(wanted) || wanted < 1 || wanted > pages || wanted === page) return;
    page = wanted;
    image.src = holder.dataset.image.replace("/0/", `/${page}/`);
    image.alt = words(holder.dataset.alt, { page });
    at.textContent = at.textContent.replace(/\d+/, page);
    put(page === kept.page ? kept.box : null);
  }

  // --- moving and sizing ----------------------------------------------------------------------------------------------

  const held = (value, least, most) => Math.round(Math.min(Math.max(value, least), most));
  function moved([left, top, right, bottom], dx, dy) {
    const x = held(dx, -left, WHOLE - right), y = held(dy, -top, WHOLE - bottom);
    return [left + x, top + y, right + x, bottom + y];
  }
  const sized = ([left, top, right, bottom], dx, dy) =>
    [left, top, held(right + dx, left + LEAST, WHOLE), held(bottom + dy, top + LEAST, WHOLE)];

  const ARROWS = { ArrowLeft: [-STEP, 0], ArrowRight: [STEP, 0], ArrowUp: [0, -STEP], ArrowDown: [0, STEP] };
  edge.addEventListener("focus", () => { before = box; });
  edge.addEventListener("keydown", (event) => {
    const arrow = ARROWS[event.key];
    if (event.ctrlKey || event.altKey || event.metaKey || !box) return;
    if (arrow) put((event.shiftKey ? sized : moved)(box, ...arrow));
    else if (event.key === "Escape") { put(before); if (!box) holder.querySelector("[data-act=draw]").focus(); }
    else return;
    event.preventDefault();
  });

  // --- mouse and finger -----------------------------------------------------------------------------------------------

  const where = (event) => {
    const area = svg.getBoundingClientRect();
    const share = (from, size) => held((from / size) * WHOLE, 0, WHOLE);
    return [share(event.clientX - area.left, area.width), share(event.clientY - area.top, area.height)];
  };
  // Which edges a pointer is near enough to take hold of: left, top, right, bottom.
  function near(event) {
    const area = edge.getBoundingClientRect(), reach = event.pointerType === "touch" ? 22 : 9;
    const { clientX: x, clientY: y } = event;
    if (x < area.left - reach || x > area.right + reach || y < area.top - reach || y > area.bottom + reach) return [];
    return [[0, x - area.left], [1, y - area.top], [2, x - area.right], [3, y - area.bottom]]
      .filter(([, distance]) => Math.abs(distance) <= reach).map(([which]) => which);
  }
  const ordered = ([x1, y1], [x2, y2]) => [Math.min(x1, x2), Math.min(y1, y2), Math.max(x1, x2), Math.max(y1, y2)];

  // What dragging to a point makes of the frame: an edge or a corner taken along, the whole moved, or a new one.
  function grip(event) {
    const start = where(event), old = box;
    const edges = old ? near(event) : [];
    if (edges.length) {
      return (point) => {
        const made = [...old];
        for (const which of edges) made[which] = point[which % 2];
        return ordered(made.slice(0, 2), made.slice(2));
      };
    }
    const inside = old && start[0] > old[0] && start[0] < old[2] && start[1] > old[1] && start[1] < old[3];
    return inside ? (point) => moved(old, point[0] - start[0], point[1] - start[1]) : (point) => ordered(start, point);
  }

  let dragging = null;
  svg.addEventListener("pointerdown", (event) => {
    if (event.button || (event.pointerType === "touch" && !holder.classList.contains("is-finger"))) return;
    event.preventDefault();
    before = box;
    dragging = grip(event);
    svg.setPointerCapture(event.pointerId);
  });
  svg.addEventListener("pointermove", (event) => {
    if (!dragging) return;
    const made = dragging(where(event));
    if (made[2] - made[0] >= LEAST && made[3] - made[1] >= LEAST) put(made);
  });
  const release = (event) => {
    if (!dragging) return;
    dragging = null;
    if (event.type === "pointercancel") put(before);
    else if (box) { const old = before; edge.focus({ preventScroll: true }); before = old; }
  };
  svg.addEventListener("pointerup", release);
  svg.addEventListener("pointercancel", release);

  // --- buttons and fields ---------------------------------------------------------------------------------------------

  const acts = {
    draw() {
      holder.classList.add("is-finger");
      const old = box;
      if (!box) put([2000, 2000, 8000, 3500]);
      edge.focus();
      before = old;
    },
    remove: () => put(null),
    before: () => { turn(page - 1); pageField.value = page; },
    after: () => { turn(page + 1); pageField.value = page; },
  };
  holder.addEventListener("click", (event) => acts[event.target.closest("[data-act]")?.dataset.act]?.());
  for (const field of fields) field.addEventListener("change", read);
  pageField.addEventListener("change", () => turn(Number(pageField.value)));

  for (const each of holder.querySelectorAll("[data-tools]")) each.hidden = false;
  holder.classList.add("is-on");
  read();
  kept.box = box;
})();
