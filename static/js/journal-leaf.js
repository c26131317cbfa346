"use strict";

// One form of a leaf: what was typed into it, kept on the device first, then sent. One request at a time; what was sent
// and not answered is sent again as it was, so that a lost answer is never taken for somebody else's change.
window.JournalLeaf = (id, { store, line, dossier, changed, show }) => {
  const QUIET = 1500;
  const LATEST = 4000;
  const AGAIN = 2000;
  const key = id.slice(2);
  let entry = null;
  let unsent = 0;
  let timer = 0;
  let busy = false;
  let trouble = "";
  let stored = "";
  let refusals = 0;
  // What the server took of fields that were not on the page then, and the version that it made.
  let absent = { version: null, values: {} };

  // An answer that trying again would not change.
  const isFinal = (kind) => ["told", "refused", "gone"].includes(kind);

  // Looked up each time: an answer may have put a new leaf in place of the old one.
  const form = () => document.getElementById(id);
  const version = () => document.getElementById(`v-${key}`)?.value;
  const fields = () => Array.from(form()?.elements ?? []).filter((each) => each.name
    && each.name !== "csrfmiddlewaretoken" && !["hidden", "submit", "button", "file"].includes(each.type));
  const ticked = (each) => each.type === "checkbox" || each.type === "radio";
  const read = () => {
    const values = {};
    for (const each of fields()) {
      if (each.type === "checkbox") values[each.name] = each.checked ? "on" : "";
      else if (each.type !== "radio" || each.checked) values[each.name] = each.value;
      else values[each.name] ??= "";
    }
    return values;
  };
  const text = (values) => JSON.stringify(Object.entries(values ?? {}).sort());
  const isLatest = (sent) => text(sent) === text(entry.values);

  // Put values into the fields that are on the page. Whether the page showed anything else, or lacks a field.
  const put = (values) => {
    const here = new Set();
    let differs = false;
    for (const each of fields()) {
      here.add(each.name);
      const value = values[each.name];
      if (value === undefined) continue;
      if (ticked(each)) {
        const on = each.value === value;
        differs ||= each.checked !== on;
        each.checked = on;
      } else if (each.value !== value) {
        differs = true;
        each.value = value;
      }
    }
    return differs || Object.keys(values).some((name) => !here.has(name));
  };

  // A body that was drawn before the save, and came after it, shows what was stored before: it gets what was taken.
  const fill = () => {
    if (entry) return put(entry.values);
    if (absent.version !== null && absent.version === version()) put(absent.values);
    return false;
  };

  const body = (values) => {
    const data = new URLSearchParams(form() ? new FormData(form()) : undefined);
    for (const [name, value] of Object.entries(values)) {
      if (value || form()?.elements[name]?.type !== "checkbox") data.set(name, value);
      else data.delete(name);
    }
    data.set("version", entry.version);
    // The page's own token would be believed before the header's, and is an old one after signing in anew.
    data.delete("csrfmiddlewaretoken");
    return data;
  };

  const plan = () => {
    clearTimeout(timer);
    if (!entry || busy || isFinal(trouble)) return;
    const due = Math.min(entry.at + QUIET, (unsent || entry.at) + LATEST, Date.now() + QUIET);
    timer = setTimeout(send, Math.max(refusals === 1 ? AGAIN : 0, due - Date.now(), line.until - Date.now()));
  };

  const done = () => {
    clearTimeout(timer);
    store.forget(entry);
    entry = null;
    trouble = "";
    unsent = 0;
  };

  const taken = (told, sent) => {
    const made = new RegExp(`id="v-${key}"[^>]*value="(\\d+)"`).exec(told.text)?.[1] ?? version();
    const here = new Set(fields().map((each) => each.name));
    absent = { version: made ?? null, values: Object.fromEntries(Object.entries(sent).filter(([name]) => !here.has(name))) };
    trouble = "";
    stored = text(sent);
    if (told.refresh || isLatest(sent)) {
      done();
      return;
    }
    entry.version = made ?? entry.version;
    entry.sent = null;
    entry.since = unsent || entry.at;
    store.keep(entry);
  };

  const answered = (told, sent) => {
    // Signing in changes the token, and what was under way carries the old one: refused once is asked again.
    refusals = told.kind === "refused" ? refusals + 1 : 0;
    if (refusals === 1) trouble = "";
    else if (told.kind === "taken") {
      taken(told, sent);
      show(key, told);
    } else if (isFinal(told.kind)) {
      // An answer about words that have been typed over since is not shown: the newer ones are tried.
      trouble = isLatest(sent) ? told.kind : "";
      entry.sent = null;
      store.keep(entry);
      if (trouble === "told") show(key, told);
    } else {
      trouble = told.kind;
    }
    fill();
  };

  const send = async (more = {}) => {
    clearTimeout(timer);
    if (!entry || busy) return;
    if (line.until > Date.now() && !more.keepalive) {
      plan();
      return;
    }
    busy = true;
    unsent = 0;
    entry.sent ??= { ...entry.values };
    store.keep(entry);
    changed();
    const sent = entry.sent;
    const proof = (html) => html.includes(`id="v-${key}"`) || html.includes(`id="leaf-${key}"`);
    const headers = { "HX-Request": "true", "HX-Target": `m-${key}` };
    const told = await line.ask(entry.url, body(sent), proof, { headers, keepalive: more.keepalive });
    busy = false;
    if (entry) answered(told, sent);
    plan();
    changed();
  };

  const begun = (now) => {
    const leaf = form().closest("li.leaf");
    const word = (place) => leaf?.querySelector(place)?.textContent.trim() ?? "";
    const where = { key: store.key(dossier, id), dossier, form: id, url: form().action };
    return { ...where, code: word(".c-code"), name: word(".c-name"), since: now, version: version() ?? "0", sent: null };
  };

  return {
    key,
    fill,
    plan,
    send,
    // Whether the fields hold what the server took last, or has given its final answer about: leaving a field that was
    // saved while typing is no change, and an answer with its buttons is not drawn anew under the pointer.
    isSettled: () => (entry ? isFinal(trouble) && text({ ...entry.values, ...read() }) === text(entry.values) : stored === text(read())),
    leaf: () => document.getElementById(id)?.closest("li.leaf"),
    // A keystroke, or a choice.
    touch: () => {
      const now = Date.now();
      entry ??= begun(now);
      entry.values = { ...entry.values, ...read() };
      entry.at = now;
      unsent ||= now;
      if (isFinal(trouble)) trouble = "";
      store.keep(entry);
      plan();
      changed();
    },
    // Left by an earlier page: into the fields and on its way; nothing to do where the page shows the same anyway.
    restore: (kept) => {
      entry = kept;
      const differs = fill();
      if (differs) plan();
      else done();
      return differs;
    },
    // The person chose between two values: what was typed until then is settled.
    settled: () => {
      if (entry) done();
      changed();
    },
    // The person gives up what the server will never take; the fields show what the page was drawn with.
    discard: () => {
      form()?.reset();
      if (entry) done();
    },
    get entry() { return entry; },
    get busy() { return busy; },
    get trouble() { return trouble; },
  };
};
