"use strict";

// Files go up one after the other, in pieces that the server has confirmed one by one: a dropped line, a reload or another
// day continues where it broke. What became of each file stays in the tray until somebody has taken note of it.
(() => {
  const tray = document.getElementById("tray");
  // Without a secure page there are no digests: the plain form then does it.
  if (!tray || !window.crypto?.subtle || !window.htmx) return;
  const words = tray.dataset;
  const list = tray.querySelector("ul");
  const PIECE = 512 * 1024;
  const WEEK = 7 * 24 * 3600 * 1000;
  const queue = [];
  let busy = false;

  const token = () => /(?:^|; )csrftoken=([^;]+)/.exec(document.cookie)?.[1] ?? "";
  const hex = async (bytes) =>
    [...new Uint8Array(await crypto.subtle.digest("SHA-256", bytes))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  const megabytes = (bytes) => {
    const [size, unit] = bytes < 104857 ? [bytes / 1024, "KB"] : [bytes / 1048576, "MB"];
    return `${size.toLocaleString(document.documentElement.lang || "vi", { maximumFractionDigits: 1 })} ${unit}`;
  };
  const pause = (seconds) =>
    new Promise((over) => {
      const timer = setTimeout(over, seconds * 1000);
      window.addEventListener("online", () => (clearTimeout(timer), over()), { once: true });
    });

  // --- what this device still holds: the files themselves, so that a reload goes on without choosing them again --------
  const store = (() => {
    const opened = new Promise((done) => {
      try {
        const asked = indexedDB.open("parindex-uploads", 1);
        asked.onupgradeneeded = () => asked.result.createObjectStore("files", { keyPath: "key" });
        asked.onsuccess = () => done(asked.result);
        asked.onerror = () => done(null);
      } catch {
        done(null);
      }
    });
    const run = async (mode, act) => {
      const base = await opened;
      if (!base) return undefined;
      return new Promise((done) => {
        try {
          const asked = act(base.transaction("files", mode).objectStore("files"));
          asked.onsuccess = () => done(asked.result);
          asked.onerror = () => done(undefined);
        } catch {
          done(undefined);
        }
      });
    };
    return {
      keep: (entry) => run("readwrite", (files) => files.put(entry)),
      drop: (key) => run("readwrite", (files) => files.delete(key)),
      all: async () => (await run("readonly", (files) => files.getAll())) ?? [],
    };
  })();

  // --- one line of the tray --------------------------------------------------------------------------------------------
  const button = (text, name, act) => {
    const made = document.createElement("button");
    made.type = "button";
    made.className = "btn btn-small";
    made.textContent = text;
    const more = document.createElement("span");
    more.className = "visually-hidden";
    more.textContent = " " + name;
    made.append(more);
    made.addEventListener("click", act);
    return made;
  };

  const line = (job) => {
    list.querySelector(`[data-key="${CSS.escape(job.key)}"]`)?.remove();
    const item = document.createElement("li");
    item.className = "upload";
    item.dataset.key = job.key;
    const head = document.createElement("p");
    const name = document.createElement("strong");
    name.textContent = job.name;
    const where = document.createElement("span");
    where.className = "quiet small";
    where.textContent = ` ${job.leaf ? `${job.leaf} · ` : ""}${megabytes(job.size)}`;
    head.append(name, where);
    const bar = document.createElement("progress");
    bar.max = Math.max(job.size, 1);
    bar.value = 0;
    bar.setAttribute("aria-label", job.name);
    const said = document.createElement("p");
    said.className = "upload-said";
    const acts = document.createElement("p");
    acts.className = "upload-acts";
    item.append(head, bar, said, acts);
    list.prepend(item);
    tray.hidden = false;
    return { item, bar, said, acts };
  };

  const say = (job, text, kind = "") => {
    job.row.item.className = `upload${kind ? ` upload-${kind}` : ""}`;
    job.row.said.className = kind === "refused" ? "upload-said field-error" : "upload-said";
    job.row.said.textContent = text;
  };

  const moved = (job, bytes) => {
    job.row.bar.value = bytes;
    say(job, `${words.sending}: ${megabytes(bytes)} / ${megabytes(job.size)}`);
  };

  const gone = (job) => {
    job.row.item.remove();
    if (!list.children.length) tray.hidden = true;
  };

  // --- talking to the server -------------------------------------------------------------------------------------------
  class Expired extends Error {}
  class Broken extends Error {}

  const send = (url, fields, progress) =>
    new Promise((done, failed) => {
      const request = new XMLHttpRequest();
      request.open(fields ? "POST" : "GET", url);
      request.setRequestHeader("Accept", "application/json");
      request.setRequestHeader("X-CSRFToken", token());
      request.setRequestHeader("X-Person", words.person);
      request.timeout = 120000;
      if (progress) request.upload.addEventListener("progress", (event) => progress(event.loaded));
      request.onerror = request.ontimeout = request.onabort = () => failed(new Broken(words.offline));
      request.onload = () => {
        const landed = request.responseURL ? new URL(request.responseURL).pathname : "";
        // Another person's session, an ended one, or a token of before the sign-in: nothing is lost by waiting.
        if (landed === words.login || request.status === 412) return failed(new Expired());
        if (request.status >= 500 || request.status === 0 || request.status === 429) return failed(new Broken(words.broken));
        let answer = {};
        try {
          answer = JSON.parse(request.responseText);
        } catch {
          if (request.status === 403) return failed(new Expired());
        }
        return done({ status: request.status, answer });
      };
      if (!fields) return request.send();
      const form = new FormData();
      for (const [name, value] of Object.entries(fields)) form.append(name, value);
      return request.send(form);
    });

  // Until the server answers: a broken line is waited for, an ended session is said.
  const insist = async (job, ask) => {
    for (let wait = 2; ; wait = Math.min(wait * 2, 30)) {
      if (job.stopped) throw new Error("stopped");
      try {
        return await ask();
      } catch (error) {
        if (error instanceof Expired) {
          say(job, words.expired + " ");
          const anchor = document.createElement("a");
          anchor.href = words.login;
          anchor.target = "_blank";
          anchor.textContent = words.signIn;
          job.row.said.append(anchor);
        } else if (error instanceof Broken) say(job, error.message);
        else throw error;
        await pause(wait);
      }
    }
  };

  const over = async (job, text, note) => {
    say(job, text, "refused");
    job.row.bar.remove();
    job.row.acts.replaceChildren(
      button(words.note, job.name, async () => {
        if (note) await send(`${note}note/`, { key: job.key }).catch(() => null);
        gone(job);
      }),
    );
    await store.drop(job.key);
  };

  const received = async (job, answer) => {
    job.row.bar.value = job.size;
    say(job, `${words.done}: ${answer.size.toLocaleString("vi")} byte, SHA-256 `, "done");
    const digest = document.createElement("code");
    digest.className = "secret";
    digest.textContent = answer.sha256;
    job.row.said.append(digest);
    job.row.acts.replaceChildren(button(words.close, job.name, () => gone(job)));
    await store.drop(job.key);
    const place = document.getElementById(job.into);
    if (place && answer.html) window.htmx.swap(place, answer.html, { swapStyle: "innerHTML" });
  };

  const pieces = async (job, answer) => {
    let at = answer.received;
    while (at < job.size) {
      const bytes = await job.file.slice(at, at + PIECE).arrayBuffer();
      const sha256 = await hex(bytes);
      const from = at;
      const said = await insist(job, () => {
        moved(job, from);
        const piece = new Blob([bytes], { type: "application/octet-stream" });
        return send(answer.url, { offset: from, sha256, piece }, (loaded) => moved(job, Math.min(from + loaded, job.size)));
      });
      if (said.answer.closed || said.status === 403 || said.status === 404) return said;
      if (said.answer.state && said.answer.state !== "receiving") return null;
      at = said.answer.received ?? at;
      // A piece that was changed on its way is sent again; so is one whose place was not the next.
      if (said.status >= 400 && said.status !== 409) await pause(2);
    }
    return null;
  };

  const upload = async (job) => {
    say(job, words.reading);
    job.sha256 ??= await hex(await job.file.arrayBuffer());
    const { key, name, size, sha256 } = job;
    const begun = await insist(job, () => send(job.begin, { key, name, size, sha256 }));
    if (begun.answer.closed) return over(job, words.closed);
    if (begun.status >= 400) return over(job, words.gone);
    const { answer } = begun;
    if (answer.state === "refused") return over(job, `${words.refused}: ${answer.reason}`, answer.url);
    job.url = answer.url;
    if (answer.state === "receiving") {
      const stopped = await pieces(job, answer);
      if (stopped) return over(job, stopped.answer.closed ? words.closed : words.gone, answer.url);
    }
    say(job, words.checking);
    const last = await insist(job, () => send(`${answer.url}finish/`, { key }));
    if (last.answer.closed) return over(job, words.closed, answer.url);
    if (last.status === 409) return upload(job);
    if (last.status >= 400) return over(job, words.gone, answer.url);
    if (last.answer.state === "refused") return over(job, `${words.refused}: ${last.answer.reason}`, answer.url);
    return received(job, last.answer);
  };

  const next = async () => {
    if (busy) return;
    const job = queue.shift();
    if (!job) return;
    busy = true;
    try {
      await upload(job);
    } catch (error) {
      // The file went away under us (a stick was pulled out), or the person gave it up.
      if (!job.stopped) await over(job, `${words.refused}: ${words.again}`, job.url);
    }
    busy = false;
    next();
  };

  const stop = (job) => async () => {
    job.stopped = true;
    const place = queue.indexOf(job);
    if (place >= 0) queue.splice(place, 1);
    await store.drop(job.key);
    if (job.url) await send(`${job.url}note/`, { key: job.key }).catch(() => null);
    gone(job);
  };

  const add = (job) => {
    job.row = line(job);
    say(job, words.waiting);
    job.row.acts.append(button(words.stop, job.name, stop(job)));
    queue.push(job);
    next();
  };

  const take = async (form, files) => {
    const { begin, into, leaf } = form.dataset;
    for (const file of files) {
      const key = crypto.randomUUID();
      const entry = { key, begin, into, leaf, file, name: file.name, size: file.size, person: words.person, at: Date.now() };
      await store.keep(entry);
      add(entry);
    }
  };

  // --- the page --------------------------------------------------------------------------------------------------------
  const formOf = (event) => event.target.closest?.("form.attach[data-begin]");
  document.addEventListener("change", (event) => {
    const form = formOf(event);
    if (!form || event.target.type !== "file") return;
    const files = [...event.target.files];
    event.target.value = "";
    take(form, files);
  });
  document.addEventListener("submit", (event) => {
    const form = formOf(event);
    if (form) {
      event.preventDefault();
      form.querySelector("input[type=file]").click();
      return;
    }
    const note = event.target.closest?.("form[data-note]");
    if (!note || !tray.contains(note)) return;
    event.preventDefault();
    const item = note.closest("li");
    send(note.action, { key: item.dataset.key })
      .then(() => (store.drop(item.dataset.key), item.remove(), (tray.hidden = !list.children.length)))
      .catch(() => note.submit());
  });
  document.addEventListener("dragover", (event) => {
    const form = formOf(event);
    if (!form || !event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    form.classList.add("attach-over");
  });
  document.addEventListener("dragleave", (event) => formOf(event)?.classList.remove("attach-over"));
  document.addEventListener("drop", (event) => {
    const form = formOf(event);
    if (!form || !event.dataTransfer?.files.length) return;
    event.preventDefault();
    form.classList.remove("attach-over");
    take(form, [...event.dataTransfer.files]);
  });
  window.addEventListener("beforeunload", (event) => {
    if (busy || queue.length) event.preventDefault();
  });
  document.documentElement.classList.add("uploads-on");

  // What this device still holds of the page's person goes on by itself.
  store.all().then((kept) => {
    const here = location.pathname.split("/scores/")[0];
    for (const entry of kept) {
      if (Date.now() - entry.at > WEEK) store.drop(entry.key);
      else if (entry.person === words.person && entry.begin.startsWith(here)) add(entry);
    }
  });
})();
