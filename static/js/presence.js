"use strict";

// Who else is at the dossier and at which leaf; leaves that others changed are drawn anew unless something is typed there.
window.SheetPresence = ({ words, line, boxes, say, trySoon }) => {
  if (!words.presence) return;
  // Who is alone is asked less often: three hundred sheets stay open in the last hour.
  const EVERY = 15000;
  const ALONE = 30000;
  const SPREAD = 5000;
  let inCompany = false;
  const place = document.getElementById("present");
  const changed = new Map();
  let since = words.at;
  let timer = 0;

  const element = (tag, text, more = {}) => Object.assign(document.createElement(tag), { textContent: text }, more);
  const leafOf = (pk) => document.getElementById(`leaf-${pk}`);
  const code = (pk) => leafOf(pk)?.querySelector(".c-code")?.textContent.trim() ?? "";
  const mine = () => document.activeElement?.closest?.("li.leaf")?.id.slice(5) ?? "";
  const isTyping = (pk) => [...boxes.values()].some((box) => box.entry && box.key.split("-")[0] === String(pk))
    || Boolean(document.activeElement?.matches("textarea") && mine() === String(pk));

  // Of a leaf in parts another's part may have changed: each has a version of its own and tells when it is saved.
  const isInParts = (pk) => document.getElementById(`v-${pk}`)?.localName === "data";

  const drawPeople = (people) => {
    for (const each of document.querySelectorAll(".leaf .here")) each.remove();
    for (const each of people) {
      const state = leafOf(each.leaf)?.querySelector(".c-state");
      state?.append(element("span", say(words.here, { name: each.name }), { className: "here" }));
    }
    const said = people.map((each) => (code(each.leaf) ? `${each.name} (${code(each.leaf)})` : each.name)).join(", ");
    if (!place || place.dataset.said === said) return;
    place.dataset.said = said;
    place.textContent = said && say(words.present, { names: said });
    place.hidden = !said;
  };

  // Something is typed there: the person hears of it now, and sees both values when it is saved.
  const warn = (pk, by) => {
    const said = document.getElementById(`m-${pk}`);
    if (!by || !said || said.querySelector(".stale, .changed")) return;
    said.append(element("p", say(words.changed, { name: by }), { className: "changed field-error" }));
  };

  const drawAnew = async () => {
    const wanted = [];
    for (const [pk, each] of changed) {
      const shown = document.getElementById(`v-${pk}`)?.value;
      if (shown === undefined || Number(shown) >= each.version) changed.delete(pk);
      else if (!isTyping(pk)) wanted.push(pk);
      else if (!each.mine && !boxes.get(`f-${pk}`)?.busy && !isInParts(pk)) warn(pk, each.by);
    }
    if (!wanted.length) return;
    const told = await line.ask(`${words.fresh}?${wanted.map((pk) => `leaf=${pk}`).join("&")}`, null, (html) => html.includes("leaf-"));
    if (told.kind !== "taken" || wanted.some(isTyping)) return;
    const wasOpen = wanted.filter((pk) => leafOf(pk)?.querySelector("details.more")?.open);
    window.htmx.swap("#journal-swap", told.text, { swapStyle: "innerHTML" });
    for (const pk of wasOpen) leafOf(pk)?.querySelector("details.more")?.setAttribute("open", "");
    for (const pk of wanted) changed.delete(pk);
  };

  const look = async () => {
    clearTimeout(timer);
    timer = setTimeout(look, (inCompany ? EVERY : ALONE) + Math.random() * SPREAD);
    if (document.visibilityState !== "visible") return;
    const wasDown = Boolean(line.trouble);
    const body = new URLSearchParams({ leaf: mine(), since });
    const told = await line.ask(words.presence, body, (text) => text.startsWith("{"));
    if (told.kind !== "taken") return;
    const news = JSON.parse(told.text);
    since = news.at;
    if (wasDown) trySoon();
    for (const each of news.changed) changed.set(each.leaf, each);
    inCompany = news.people.length > 0;
    drawPeople(news.people);
    const state = document.getElementById("journal-state");
    if (state && news.state) state.hidden = news.state === words.state;
    await drawAnew();
  };

  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") look();
  });
  window.addEventListener("pagehide", () => {
    line.ask(words.presence, new URLSearchParams({ gone: "1" }), () => true, { keepalive: true });
  });
  timer = setTimeout(look, 500 + Math.random() * 1500);
};
