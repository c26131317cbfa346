"use strict";

// The score sheet: what is typed goes to the journal and from there to the server; the page says where it is.
(() => {
  const told = document.getElementById("journal");
  if (!told) return;
  const words = told.dataset;
  const dossier = words.dossier;
  const boxes = new Map();
  const line = window.JournalLine({ person: words.person });
  let store = null;
  let early = new Set();
  let reload = false;

  const say = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
  const clock = (moment) => new Date(moment + line.now() - Date.now())
    .toLocaleTimeString("vi-VN", { hour12: false, timeZone: "Asia/Ho_Chi_Minh" });
  const element = (tag, text, more = {}) => Object.assign(document.createElement(tag), { textContent: text }, more);
  const formOf = (field) => {
    const form = field?.form ?? field?.closest?.("form");
    return /^f-\d+(-.+)?$/.test(form?.id ?? "") && form.closest("li.leaf") ? form : null;
  };

  // --- what the page says -------------------------------------------------------------------------------------------

  const reason = (box) => ({ told: words.told, refused: words.refused, gone: words.gone })[box.trouble] ?? words[line.trouble] ?? words.sending;
  const signIn = () => element("a", words.signIn, { href: words.login, target: "_blank", className: "small" });

  const drawLeaf = (box) => {
    const place = document.getElementById(`m-${box.key}`);
    if (!place) return;
    let note = place.querySelector(":scope > .kept");
    if (!box.entry) {
      note?.remove();
      return;
    }
    place.querySelector(":scope > .saved")?.remove();
    const text = `${say(words.device, { at: clock(box.entry.since) })} ${reason(box)}`;
    const wrong = Boolean(box.trouble || line.trouble);
    if (note?.dataset.text === text) return;
    note ??= place.appendChild(element("p", "", { className: "kept" }));
    note.dataset.text = text;
    note.classList.toggle("field-error", wrong);
    note.replaceChildren(text);
    if (wrong && ["expired", "other"].includes(line.trouble)) note.append(" ", signIn());
    if (isLost(box)) note.append(" ", button(say(words.discard, { codes: box.entry.code }), () => discard([box])));
  };

  const unsent = () => [...boxes.values()].filter((box) => box.entry);

  // Refused, or not asked any more: trying again changes nothing, so the person may give it up. The page is drawn anew
  // as soon as nothing else waits.
  const isLost = (box) => Boolean(box.entry) && ["refused", "gone"].includes(box.trouble);
  const discard = (lost) => {
    for (const box of lost) box.discard();
    reload = true;
    draw();
  };
  const footPlace = () => {
    const foot = document.getElementById("foot");
    let place = foot?.querySelector("[data-unsent]");
    if (!foot || place) return place;
    place = element("span", "", { className: "device" });
    place.dataset.unsent = "";
    place.append(element("span", ""), element("span", ""));
    const saved = foot.querySelector("[data-saved]");
    if (saved) saved.after(place);
    else foot.append(place);
    return place;
  };

  const footWords = (open, wrong) => {
    if (!open.length) return store?.durable === false ? words.nothing : words.all;
    const since = Math.min(...open.map((box) => box.entry.since));
    const said = [say(words.count, { n: open.length, at: clock(since) })];
    said.push(wrong ? reason(open.find((box) => box.trouble) ?? open[0]) : words.sending);
    const seconds = Math.ceil((line.until - Date.now()) / 1000);
    if (line.trouble && seconds > 0) said.push(say(words.next, { n: seconds }));
    return said.join(" ");
  };

  const codesOf = (some) => some.map((box) => box.entry.code).join(", ");

  // The buttons stay the same elements from second to second: the keyboard may be on one of them.
  const footActs = (acts, kind) => {
    if (acts.dataset.kind === kind) return;
    acts.dataset.kind = kind;
    acts.replaceChildren();
    if (kind === "") return;
    if (kind.startsWith("sign")) acts.append(" ", signIn());
    acts.append(" ", button(words.again, tryNow), " ", button(words.file, () => save(unsent().map((box) => box.entry))));
    const lost = unsent().filter(isLost);
    if (lost.length) acts.append(" ", button(say(words.discard, { codes: codesOf(lost) }), () => discard(lost)));
  };

  const drawFoot = () => {
    const place = footPlace();
    if (!place) return;
    const open = unsent();
    const wrong = open.some((box) => box.trouble) || Boolean(open.length && line.trouble);
    const text = footWords(open, wrong);
    place.classList.toggle("field-error", wrong);
    place.classList.toggle("quiet", !open.length);
    if (place.firstChild.textContent !== text) place.firstChild.textContent = text;
    const kind = ["expired", "other"].includes(line.trouble) ? "sign" : "again";
    footActs(place.lastChild, wrong ? `${kind} ${codesOf(open.filter(isLost))}` : "");
  };

  const button = (text, act) => {
    const made = element("button", text, { type: "button", className: "link" });
    made.addEventListener("click", act);
    return made;
  };

  const draw = () => {
    for (const box of boxes.values()) drawLeaf(box);
    drawFoot();
    if (reload && !unsent().length && !store.isWriting) location.reload();
  };

  // --- sending ------------------------------------------------------------------------------------------------------

  // An answer by itself must not take the keyboard away from somebody who types.
  const show = (key, answer) => {
    if (answer.refresh) {
      reload = true;
      return;
    }
    const page = element("template", "");
    page.innerHTML = answer.text;
    for (const each of page.content.querySelectorAll("[data-focus]")) each.removeAttribute("data-focus");
    if (document.getElementById(`m-${key}`)) window.htmx.swap(`#m-${key}`, page.innerHTML, { swapStyle: "innerHTML" });
  };

  const boxOf = (id) => {
    if (!boxes.has(id)) boxes.set(id, window.JournalLeaf(id, { store, line, dossier, changed: draw, show }));
    return boxes.get(id);
  };

  const tryNow = () => {
    line.atOnce();
    for (const box of boxes.values()) box.send();
    draw();
  };
  const trySoon = () => {
    line.soon();
    for (const box of boxes.values()) box.plan();
  };

  // Keystrokes before the journal is open count too.
  const typed = (form) => {
    if (store) boxOf(form.id).touch();
    else early.add(form.id);
  };
  document.addEventListener("input", (event) => {
    const form = formOf(event.target);
    if (form && event.target.type !== "file") typed(form);
  });
  // Leaving a field, a choice, Enter and the button save at once. htmx, which would as well, is not asked.
  const atOnce = (form) => {
    const box = store && boxOf(form.id);
    if (box && !box.entry) box.touch();
    box?.send();
  };
  document.addEventListener("change", (event) => {
    const form = formOf(event.target);
    if (!form || event.target.type === "file") return;
    if (!store) typed(form);
    else if (!boxOf(form.id).isSettled()) atOnce(form);
  });
  document.addEventListener("submit", (event) => {
    const form = formOf(event.target);
    if (!form || !store) return;
    event.preventDefault();
    atOnce(form);
  });
  document.addEventListener("htmx:confirm", (event) => {
    const form = formOf(event.detail.elt);
    if (form && event.detail.verb === "post" && event.detail.path === form.getAttribute("action")) event.preventDefault();
  });

  // --- what htmx still does on this page ----------------------------------------------------------------------------

  // Signing in anew changes the token; the page's own would be refused, the cookie's is current.
  document.addEventListener("htmx:configRequest", (event) => {
    const token = /(?:^|; )csrftoken=([^;]+)/.exec(document.cookie)?.[1];
    event.detail.headers["X-Person"] = words.person;
    if (!token) return;
    event.detail.headers["X-CSRFToken"] = token;
    // Never in an address: addresses are logged.
    if (event.detail.verb !== "get") event.detail.formData?.set("csrfmiddlewaretoken", token);
  });

  // An ended session answers with the sign-in page: it must not be drawn into the leaf. And a choice between two values
  // settles what was typed, before the leaf is drawn anew.
  document.addEventListener("htmx:beforeSwap", (event) => {
    const { xhr, requestConfig } = event.detail;
    if (xhr.responseURL && new URL(xhr.responseURL).pathname === words.login) {
      event.detail.shouldSwap = false;
      const trouble = document.getElementById("trouble");
      for (const each of trouble?.children ?? []) each.hidden = each.dataset.when !== "refused";
      if (trouble) trouble.hidden = false;
    } else if (xhr.status === 200 && requestConfig?.parameters?.resolve) {
      // By the place that is answered: the button may have been drawn anew since it was pressed.
      boxes.get(event.detail.target.id.replace(/^m-/, "f-"))?.settled();
    }
  });

  // A leaf's body that comes later, or a leaf drawn anew, shows what was typed, not what is stored.
  document.addEventListener("htmx:afterSettle", () => {
    for (const box of boxes.values()) box.fill();
    draw();
  });

  // The field whose value was refused says so to a screen reader, until a value is taken.
  document.addEventListener("htmx:afterSwap", (event) => {
    const leaf = event.target.closest?.("li.leaf");
    if (!event.target.matches?.(".said") || !leaf) return;
    const wrong = Boolean(event.target.querySelector(".errorlist"));
    const form = document.getElementById(event.target.id.replace(/^m-/, "f-"));
    form?.querySelector("[name=points]")?.setAttribute("aria-invalid", String(wrong));
  });

  // --- what an earlier page left --------------------------------------------------------------------------------------

  const save = (entries) => {
    const lines = entries.flatMap((each) => [
      `${each.code} ${each.name}`.trim(),
      ...Object.entries(each.values).filter(([, value]) => value).map(([name, value]) => `  ${words[`field${name[0].toUpperCase()}${name.slice(1)}`] ?? name}: ${value}`),
      `  ${say(words.device, { at: new Date(each.since).toLocaleString("vi-VN", { timeZone: "Asia/Ho_Chi_Minh" }) })}`,
      "",
    ]);
    const file = new Blob([[document.querySelector("h1")?.textContent.trim(), "", ...lines].join("\r\n")], { type: "text/plain;charset=utf-8" });
    const link = element("a", "", { href: URL.createObjectURL(file), download: words.name });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
  };

  const notice = (text, entries, more = []) => {
    const box = element("div", "", { className: "notice notice-warning" });
    const list = element("p", "");
    for (const each of entries) list.append(element("a", each.code, { href: `#${each.form.replace(/^f-(\d+).*/, "leaf-$1")}` }), " ");
    box.append(element("p", text), list, ...more, button(words.file, () => save(entries)));
    told.append(box);
    told.hidden = false;
  };

  const open = (box) => {
    const leaf = box.leaf();
    leaf?.closest("details.area")?.setAttribute("open", "");
    leaf?.querySelector("details.more")?.setAttribute("open", "");
  };

  const restore = async () => {
    const left = await store.left(dossier);
    const newest = new Map(left.map((each) => [each.form, each]));
    const older = left.filter((each) => newest.get(each.form) !== each);
    if (words.handedIn && left.length) {
      // The dossier is handed in: what was not stored by then is shown once more and leaves this device.
      notice(words.tooLate, left);
      for (const each of left) store.forget(each);
      return;
    }
    if (words.locked && left.length) {
      notice(words.closed, left, [button(words.forget, () => left.forEach(store.forget))]);
      return;
    }
    const back = [...newest.values()].filter((each) => {
      const box = boxOf(each.form);
      const differs = box.restore(each);
      if (differs) open(box);
      return differs;
    });
    if (back.length) notice(say(words.back, { at: new Date(Math.max(...back.map((each) => each.at))).toLocaleString("vi-VN", { timeZone: "Asia/Ho_Chi_Minh" }) }), back);
    if (older.length) notice(words.older, older, [button(words.forget, () => older.forEach(store.forget))]);
  };

  // --- begin and end --------------------------------------------------------------------------------------------------

  window.Journal.open(words.person).then(async (opened) => {
    store = opened;
    await restore();
    for (const id of early) boxOf(id).touch();
    early = new Set();
    window.SheetPresence({ words, line, boxes, say, trySoon });
    draw();
    told.dataset.ready = "";
  });

  setInterval(draw, 1000);
  window.addEventListener("online", trySoon);
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") trySoon();
    else for (const box of boxes.values()) box.send({ keepalive: true });
  });
  window.addEventListener("pagehide", () => {
    for (const box of boxes.values()) box.send({ keepalive: true });
  });
  // Closing loses nothing, but what the server did not take is then on this device only.
  window.addEventListener("beforeunload", (event) => {
    if (!reload && unsent().some((box) => box.trouble || line.trouble)) event.preventDefault();
  });
})();
