"use strict";

// What was typed, on its way to the server: one request after the other, kept until it is answered, sent again.
window.CriteriaSave = (config, events) => {
  const queue = [];
  let busy = false;
  let seen = config.seen;
  const RETRY = 5000;
  const WAITING = 30000;

  const token = () => /(?:^|; )csrftoken=([^;]+)/.exec(document.cookie)?.[1]
    ?? JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRFToken"];
  const key = () => Array.from(crypto.getRandomValues(new Uint8Array(12)), (each) => each.toString(16).padStart(2, "0")).join("");

  // A wish names rows, not codes: by the time it is sent, a row may have got another code.
  const post = (entry) => fetch(config.url, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-CSRFToken": token() },
    credentials: "same-origin",
    signal: AbortSignal.timeout(WAITING),
    body: JSON.stringify({ seen, key: entry.key, operations: entry.operations() }),
  });

  const send = async () => {
    if (busy || !queue.length) return;
    busy = true;
    const entry = queue[0];
    events.saving(entry);
    let told;
    let ok;
    try {
      const answer = await post(entry);
      if (answer.status === 403 || new URL(answer.url).pathname === config.login) throw new Error("expired");
      if (answer.status >= 500) throw new Error("failed");
      told = await answer.json();
      ok = answer.ok;
    } catch (error) {
      events.stuck(["expired", "failed"].includes(error.message) ? error.message : "offline", queue.length);
      busy = false;
      setTimeout(send, RETRY);
      return;
    }
    queue.shift();
    busy = false;
    if (typeof told.seen === "number") seen = told.seen;
    events.answered(told, entry, ok, queue.length);
    send();
  };

  const add = (operations, more = {}) => {
    queue.push({ key: key(), operations: typeof operations === "function" ? operations : () => operations, ...more });
    send();
  };

  window.addEventListener("online", send);
  window.addEventListener("beforeunload", (event) => {
    if (queue.some((entry) => !entry.quiet)) event.preventDefault();
  });
  return { add, waits: () => queue.length, look: () => { if (!queue.length) add([], { quiet: true }); } };
};
