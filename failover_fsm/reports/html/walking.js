// Walks along runs and away from them: the reader's trail of states, the place on it, and the address that names it.
// What states and events are, and how they are drawn, is the view's.
"use strict";
// data: `runs` (id, start, steps: event and state in turn, and, where it is not the start, the step with which it begins to be of interest) and `choices` (of a state: event and distance to the state after it, in turn).
// view: `draw()`, and `expand(state)`, which gets choices that the page does not have.
const walking = (data, view) => {
  const { by, listen } = stepping;
  const runs = new Map(data.runs.map((run) => [run.id, run]));
  // Where the reader is: on the trail of states, at a position; left is the step at which it leaves the run.
  const here = { run: data.runs[0], trail: [], at: 0, left: 0 };

  function follow(start, steps) {
    const found = [{ state: start, happening: -1, choice: -1 }];
    for (let index = 0; index < steps.length; index += 2) {
      found.push({ happening: steps[index], state: steps[index + 1], choice: -1 });
    }
    return found;
  }

  function choicesOf(state) {
    const flat = data.choices[state];
    if (!flat) return null;
    return Array.from({ length: flat.length / 2 }, (_, index) => ({
      happening: flat[2 * index], state: state + flat[2 * index + 1], choice: index,
    }));
  }

  function onRun() { return here.trail.length === here.left + 1; }

  function begin(id) {
    here.run = runs.get(id);
    here.trail = follow(here.run.start, here.run.steps);
    here.left = here.trail.length - 1;
    here.at = here.run.begins || 0;
  }

  // A button for one of the choices; the one with which the trail goes on is marked.
  function offered(made, item) {
    const next = here.trail[here.at + 1];
    if (next && next.happening === item.happening && next.state === item.state) made.classList.add("on-run");
    made.addEventListener("click", () => choose(item));
    return made;
  }

  function address() {
    const own = here.trail.slice(here.left + 1, here.at + 1).map((item) => item.choice);
    return here.at > here.left && own.length ? `#${here.run.id}/${here.left}/${own.join(".")}` : `#${here.run.id}/${here.at}`;
  }

  function draw() {
    by("run").value = here.run.id;
    by("back").hidden = onRun();
    view.draw();
  }

  function show() {
    trouble("");
    history.replaceState(null, "", address());
    draw();
  }

  function go(step) {
    const to = Math.max(0, Math.min(here.trail.length - 1, step));
    if (to !== here.at) { here.at = to; show(); }
  }

  function told() {
    by("happened").focus({ preventScroll: true });
    by("happened").scrollIntoView({ block: "nearest" });
  }

  function choose(item) {
    const next = here.trail[here.at + 1];
    if (!(next && next.happening === item.happening && next.state === item.state)) {
      if (onRun() || here.at < here.left) here.left = here.at;
      here.trail = [...here.trail.slice(0, here.at + 1), item];
    }
    here.at += 1;
    show();
    told();
  }

  function back() {
    if (onRun()) return;
    const step = Math.min(here.at, here.left);
    begin(here.run.id);
    here.at = Math.min(step, here.trail.length - 1);
    show();
    told();
  }

  function trouble(text) {
    by("trouble").hidden = !text;
    by("trouble").textContent = text;
  }

  // The place that the address names; says so where there is none, and goes as far as the address leads.
  async function read() {
    let words = [];
    try { words = decodeURIComponent(location.hash.slice(1)).split("/"); } catch (_) { words = ["?", "?"]; }
    if (!runs.has(words[0])) {
      if (words.length > 1) trouble(`The address names no run of this page: ${words[0]}.`);
      return false;
    }
    trouble("");
    begin(words[0]);
    const end = here.trail.length - 1;
    const step = words[1] === undefined ? here.at : /^\d+$/.test(words[1]) ? Number(words[1]) : -1;
    if (step < 0 || step > end) trouble(`The address names no step of ${words[0]}, which has ${end}: ${words[1]}.`);
    here.at = Math.min(end, Math.max(0, step));
    if (words[2]) await leave(words[2].split("."));
    return true;
  }

  async function leave(ways) {
    here.left = here.at;
    here.trail = here.trail.slice(0, here.at + 1);
    for (const word of ways) {
      await view.expand(here.trail[here.at].state);
      const item = (choicesOf(here.trail[here.at].state) || [])[Number(word)];
      if (!item) {
        trouble(`The address leads no further: there is no event ${word} after step ${here.at}.`);
        break;
      }
      here.trail.push(item);
      here.at += 1;
    }
  }

  // What is said at the end of a run, in its loop, and away from it.
  function endings() {
    const { run, trail, at, left } = here;
    const found = [];
    if (onRun() && run.steps.length && at === trail.length - 1) found.push([run.ending, run.breaks ? "" : "calm"]);
    if (onRun() && run.loop !== null && run.loop !== undefined && run.loop < trail.length - 1 && at > run.loop) {
      found.push([`In the loop: steps ${run.loop + 1} to ${trail.length - 1} repeat for ever.`, ""]);
    }
    if (!onRun() && at >= left) {
      found.push([run.steps.length ? `Your own way: it left the run after step ${left}.` : "Your own way from the start.", "calm"]);
    }
    return found.map(([text, look]) => stepping.node("p", text, look ? { class: look } : {}));
  }

  // The first place is that of the address, or else where a run begins.
  async function arrive(first) {
    const named = await read();
    if (!named && !here.trail.length) begin(first);
    if (named || !by("trouble").hidden) by("steps").scrollIntoView();
    draw();
  }

  function ready(first, passive) {
    listen(() => [here.at, here.trail.length - 1], go, passive, (key) => { if (key === "Escape") back(); });
    by("back").addEventListener("click", back);
    by("run").addEventListener("change", (event) => { begin(event.target.value); show(); });
    window.addEventListener("hashchange", () => arrive(first));
    return arrive(first);
  }

  return { here, choicesOf, onRun, offered, endings, draw, go, trouble, ready };
};
