// Steps through the runs of a model.
"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const { by, node, row, place, listen } = stepping;
  let run = data.runs[0];
  let at = 0;

  function fields() {
    const now = data.states[run.states[at]];
    const then = at ? data.states[run.states[at - 1]] : now;
    const names = [...new Set([...Object.keys(now), ...Object.keys(then)])];
    const table = node("table");
    names.forEach((name) => row(table, name, now[name], now[name] === then[name] ? undefined : then[name] || ""));
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
    place(at, last, run.events[at - 1]);
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

  listen(() => [at, run.events.length], go, "input, select, pre", () => {});
  by("run").addEventListener("change", (event) => { run = data.runs[Number(event.target.value)]; go(0); });
  window.addEventListener("hashchange", () => { read(); draw(); });
  read();
  draw();
})();
