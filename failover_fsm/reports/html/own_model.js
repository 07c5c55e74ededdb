// Steps through the runs of a model. Text comes from the data by textContent only, so no text of a model is ever markup.
"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const by = (id) => document.getElementById(id);
  let run = data.runs[0];
  let at = 0;

  function node(name, text, attributes) {
    const made = document.createElement(name);
    if (text !== undefined) made.textContent = text;
    for (const [key, value] of Object.entries(attributes || {})) made.setAttribute(key, value);
    return made;
  }

  function fields() {
    const now = data.states[run.states[at]];
    const then = at ? data.states[run.states[at - 1]] : now;
    const names = [...new Set([...Object.keys(now), ...Object.keys(then)])];
    const table = node("table");
    names.forEach((name) => {
      const row = table.appendChild(node("tr"));
      row.appendChild(node("th", name, { scope: "row" }));
      const cell = row.appendChild(node("td", name in now ? now[name] : "\u2013"));
      if (now[name] !== then[name]) {
        cell.className = "changed";
        cell.appendChild(node("span", `was ${name in then ? then[name] : "\u2013"}`, { class: "was" }));
      }
    });
    return table;
  }

  function ending() {
    const parts = [];
    const last = run.events.length;
    if (at === last) parts.push(node("p", run.ending, run.breaks ? {} : { class: "calm" }));
    if (run.loop !== null && run.loop < last && at > run.loop) {
      parts.push(node("p", `In the loop: steps ${run.loop + 1} to ${last} repeat for ever.`));
    }
    return parts;
  }

  function draw() {
    const last = run.events.length;
    by("run").value = String(data.runs.indexOf(run));
    by("slider").max = last;
    by("slider").value = at;
    by("slider").setAttribute("aria-valuetext", at ? `step ${at}: ${run.events[at - 1]}` : "the start");
    by("where").textContent = at ? `step ${at} of ${last}` : last ? `start, ${last} steps follow` : "start";
    by("first").disabled = by("previous").disabled = at === 0;
    by("next").disabled = by("last").disabled = at === last;
    by("happened").textContent = at ? run.events[at - 1] : "At the start";
    by("fields").replaceChildren(fields());
    by("ending").replaceChildren(...ending());
    history.replaceState(null, "", `#${data.runs.indexOf(run)}/${at}`);
  }

  function go(step) {
    at = Math.max(0, Math.min(run.events.length, step));
    draw();
  }

  function read() {
    const [which, step] = location.hash.slice(1).split("/").map((word) => parseInt(word, 10) || 0);
    run = data.runs[which] || data.runs[0];
    at = Math.max(0, Math.min(run.events.length, step || 0));
  }

  by("first").addEventListener("click", () => go(0));
  by("previous").addEventListener("click", () => go(at - 1));
  by("next").addEventListener("click", () => go(at + 1));
  by("last").addEventListener("click", () => go(run.events.length));
  by("slider").addEventListener("input", (event) => go(Number(event.target.value)));
  by("run").addEventListener("change", (event) => { run = data.runs[Number(event.target.value)]; go(0); });
  document.addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey || event.target.closest("input, select, pre")) return;
    const moves = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: run.events.length };
    if (event.key in moves) { event.preventDefault(); go(moves[event.key]); }
  });
  window.addEventListener("hashchange", () => { read(); draw(); });
  read();
  draw();
})();
