"use strict";

// A 4xx answer to htmx is a fragment that explains itself; put the keyboard where the explanation is.
document.addEventListener("htmx:afterSwap", (event) => {
  const summary = event.target.querySelector?.("[data-focus]");
  if (summary) summary.focus();
});
