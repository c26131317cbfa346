"use strict";

// The line to the server as a page sees it: what an answer means, when to try again, at most two requests at once.
window.JournalLine = (config) => {
  const MOST = 2;
  const WAITING = 20000;
  const PROBLEMS = ["offline", "failed", "expired", "other"];
  let tries = 0;
  let until = 0;
  let trouble = "";
  let skew = 0;
  let running = 0;
  const queue = [];

  const token = () => /(?:^|; )csrftoken=([^;]+)/.exec(document.cookie)?.[1];

  // Once soon, for a hiccup; then anywhere within half a minute. Pages that lost the server at the same instant do not
  // come back at the same instant, and all of them are back half a minute after the server is.
  const delay = (count, random = Math.random()) => (count ? 2000 + 28000 * random : 1000 + 3000 * random);

  const meaning = (answer, text, proof) => {
    // Not followed: an ended session leads to the sign-in page, which is no answer to a save. Without a token
    // nothing is asked at all; with one, 403 is about this one leaf.
    if (answer.type === "opaqueredirect") return "expired";
    const known = { 403: token() ? "refused" : "expired", 404: "gone", 409: "told", 412: "other", 422: "told", 204: "taken" };
    if (known[answer.status]) return known[answer.status];
    if (answer.status !== 200) return answer.status >= 500 || answer.status === 429 ? "failed" : "gone";
    // A hotel's page answers 200 as well: only what carries the proof is the server's word.
    return answer.headers.has("HX-Refresh") || proof(text) ? "taken" : "offline";
  };

  const fetched = async (url, body, proof, more) => {
    try {
      const answer = await fetch(url, {
        method: body ? "POST" : "GET",
        body,
        redirect: "manual",
        credentials: "same-origin",
        signal: AbortSignal.timeout(WAITING),
        headers: { "X-CSRFToken": token() ?? "", "X-Person": config.person, ...more.headers },
        keepalive: Boolean(more.keepalive),
      });
      const text = answer.type === "opaqueredirect" ? "" : await answer.text();
      const date = Date.parse(answer.headers.get("Date"));
      if (date) skew = date - Date.now();
      const wait = Number(answer.headers.get("Retry-After")) * 1000 || 0;
      return { kind: meaning(answer, text, proof), status: answer.status, text, wait, refresh: answer.headers.has("HX-Refresh") };
    } catch {
      return { kind: "offline", status: 0, text: "", wait: 0 };
    }
  };

  const noted = (told) => {
    if (PROBLEMS.includes(told.kind)) {
      trouble = told.kind;
      until = Date.now() + Math.max(told.wait, delay(tries));
      tries += 1;
    } else {
      trouble = "";
      until = tries = 0;
    }
    return told;
  };

  const turn = () => new Promise((resolve) => {
    if (running < MOST) resolve();
    else queue.push(resolve);
  });

  // ``proof``: whether the text of a 200 is our server's. ``keepalive``: the page is being left, do not wait in line.
  const ask = async (url, body, proof, more = {}) => {
    if (!more.keepalive) await turn();
    running += 1;
    try {
      return noted(await fetched(url, body, proof, more));
    } finally {
      running -= 1;
      queue.shift()?.();
    }
  };

  return {
    ask,
    delay,
    get trouble() { return trouble; },
    get until() { return until; },
    // The server's clock, as of its last answer: the device's may be wrong.
    now: () => Date.now() + skew,
    soon: () => { until = Math.min(until, Date.now() + Math.random() * 3000); },
    atOnce: () => { until = 0; },
  };
};
