"use strict";

// What one person typed on this device and the server has not confirmed yet: one entry for each form of a leaf. It
// outlives a broken line, a crashed tab and a switched-off computer; another person's page never reads it.
window.Journal = (() => {
  const NAME = "parindex";
  const STORE = "journal";
  const lock = (tab) => `parindex-journal-${tab}`;

  const asked = (request) => new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

  const database = async () => {
    const opening = indexedDB.open(NAME, 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore(STORE, { keyPath: "key" }).createIndex("person", "person");
    return asked(opening);
  };

  // Strict: on the disk before it counts as kept, so that pulling the plug takes nothing along.
  const written = (base, act) => new Promise((resolve, reject) => {
    const change = base.transaction(STORE, "readwrite", { durability: "strict" });
    change.oncomplete = resolve;
    change.onabort = change.onerror = () => reject(change.error);
    act(change.objectStore(STORE));
    change.commit?.();
  });

  // While a tab lives it holds the lock of its name. What a dead tab left is taken over by the first that gets its lock.
  const claim = (tab) => new Promise((resolve) => {
    if (!navigator.locks) resolve(true);
    else navigator.locks.request(lock(tab), { ifAvailable: true }, (held) => {
      resolve(Boolean(held));
      return held ? new Promise(() => {}) : undefined;
    }).catch(() => resolve(true));
  });

  const open = async (person) => {
    const tab = Array.from(crypto.getRandomValues(new Uint8Array(9)), (each) => each.toString(36)).join("");
    await claim(tab);
    let base = null;
    try {
      base = await database();
    } catch {
      // A browser that keeps nothing: the page says so, and the server still has everything after some seconds.
    }

    // Of several changes of one entry only the newest is written, one after the other.
    const next = new Map();
    const busy = new Set();
    const write = async (key) => {
      if (busy.has(key)) return;
      busy.add(key);
      while (next.has(key)) {
        const entry = next.get(key);
        next.delete(key);
        try {
          await written(base, (rows) => (entry ? rows.put(entry) : rows.delete(key)));
        } catch {
          store.durable = false;
        }
      }
      busy.delete(key);
    };
    const mirror = (key, entry) => {
      if (!base) return;
      next.set(key, entry && structuredClone(entry));
      write(key);
    };
    const all = async () => (base ? asked(base.transaction(STORE).objectStore(STORE).index("person").getAll(person)) : []);

    const store = {
      durable: Boolean(base),
      // Whether a change is still on its way to the disk: leaving the page now could undo it.
      get isWriting() { return busy.size > 0; },
      key: (dossier, form) => `${person}/${dossier}/${form}/${tab}`,
      keep: (entry) => mirror(entry.key, { ...entry, person, tab }),
      forget: (entry) => mirror(entry.key, null),
      // What is left of pages that are gone, of one dossier, oldest first.
      left: async (dossier) => {
        const rows = (await all()).filter((each) => each.dossier === dossier && each.tab !== tab);
        const mine = new Map();
        for (const name of new Set(rows.map((each) => each.tab))) mine.set(name, await claim(name));
        return rows.filter((each) => mine.get(each.tab)).sort((one, other) => one.at - other.at);
      },
      // Also what other open pages of the person still hold.
      every: async (dossier) => (await all()).filter((each) => each.dossier === dossier),
    };
    return store;
  };

  return { open };
})();
