// Searches and filters the tables of the page; without a script they are whole.
"use strict";
(() => {
  document.querySelectorAll(".found-in").forEach((place) => {
    const finder = place.querySelector(".finder");
    if (!finder) return;
    const [which, words, said] = [finder.querySelector("select"), finder.querySelector("input"), finder.querySelector("[role=status]")];
    const rows = [...place.querySelectorAll("tbody tr")];
    const find = () => {
      const wanted = words.value.toLowerCase().split(/\s+/).filter(Boolean);
      let count = 0;
      rows.forEach((row) => {
        const text = row.textContent.toLowerCase();
        row.hidden = Boolean(which.value && row.dataset.word !== which.value) || !wanted.every((word) => text.includes(word));
        count += row.hidden ? 0 : 1;
      });
      said.textContent = count === rows.length ? "" : `${count} of ${rows.length}`;
    };
    which.addEventListener("change", find);
    words.addEventListener("input", find);
    finder.hidden = false;
  });
})();
