"use strict";

// On the page from which a dossier is handed in: what this device still holds of it, looked at again and again.
(() => {
  const told = document.getElementById("unsent");
  if (!told) return;
  window.Journal.open(told.dataset.person).then((store) => {
    const place = told.insertBefore(document.createElement("strong"), told.querySelector("a"));
    const look = async () => {
      const held = await store.every(told.dataset.dossier);
      const codes = [...new Set(held.map((each) => each.code))].join(", ") + " ";
      if (place.textContent !== codes) place.textContent = codes;
      told.hidden = !held.length;
    };
    look();
    setInterval(look, 3000);
  });
})();
