"use strict";

(() => {
  // A click on a criterion's code goes there and keeps the whole address in the clipboard, where the browser allows it.
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.(".nodes > li > p > a");
    if (!link || !navigator.clipboard) return;
    navigator.clipboard.writeText(link.href).then(() => link.classList.add("copied"), () => {});
    setTimeout(() => link.classList.remove("copied"), 2000);
  });

  // An address with a code opens the fold that it lies in.
  const open = () => {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    const fold = target?.closest("details");
    if (!fold) return;
    fold.open = true;
    target.scrollIntoView();
  };
  window.addEventListener("hashchange", open);
  open();
})();
