// What the pages share that step through runs: parts of the page, rows that say what changed, and the controls.
// Text comes from the data by textContent only, so no text of a configuration or of a model is ever markup.
"use strict";
const stepping = (() => {
  const by = (id) => document.getElementById(id);

  function node(name, text, attributes) {
    const made = document.createElement(name);
    if (text !== undefined) made.textContent = text;
    for (const [key, value] of Object.entries(attributes || {})) made.setAttribute(key, value);
    return made;
  }

  // A row of a table of fields; `was` is what stood there before, where it changed.
  function row(table, name, now, was) {
    const made = table.appendChild(node("tr"));
    made.appendChild(node("th", name, { scope: "row" }));
    const cell = made.appendChild(node("td", now || "\u2013"));
    if (was === undefined) return;
    cell.className = "changed";
    cell.appendChild(node("span", `was ${was || "\u2013"}`, { class: "was" }));
  }

  // Shows the place among so many steps; `happened` says what the last one was.
  function place(at, last, happened) {
    by("slider").max = last;
    by("slider").value = at;
    by("slider").setAttribute("aria-valuetext", at ? `step ${at}: ${happened}` : "the start");
    by("where").textContent = at ? `step ${at} of ${last}` : last ? `start, ${last} ${last === 1 ? "step follows" : "steps follow"}` : "start";
    by("first").disabled = by("previous").disabled = at === 0;
    by("next").disabled = by("last").disabled = at === last;
  }

  // `here()` is the place and the last step, `go(step)` goes to one; keys pressed in what matches `passive` are left alone.
  function listen(here, go, passive, otherKey) {
    const moves = () => {
      const [at, last] = here();
      return { first: 0, previous: at - 1, next: at + 1, last };
    };
    for (const name of Object.keys(moves())) by(name).addEventListener("click", () => go(moves()[name]));
    by("slider").addEventListener("input", (event) => go(Number(event.target.value)));
    const keys = { ArrowLeft: "previous", ArrowRight: "next", Home: "first", End: "last" };
    document.addEventListener("keydown", (event) => {
      if (event.altKey || event.ctrlKey || event.metaKey || event.target.closest(passive)) return;
      if (event.key in keys) { event.preventDefault(); go(moves()[keys[event.key]]); }
      else otherKey(event.key);
    });
  }

  return { by, node, row, place, listen };
})();
