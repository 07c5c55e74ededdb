// Steps through the runs of the page and through what the page carries of the explored graph.
"use strict";
(async () => {
  const store = document.getElementById("data");
  const bytes = Uint8Array.from(atob(store.textContent), (each) => each.charCodeAt(0));
  const inflated = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  const data = JSON.parse(await new Response(inflated).text());
  const served = store.dataset.served === "yes";
  const { by, node, row, place } = stepping;
  const PARTS = ["states", "happenings", "panels", "worlds", "actives"];
  const UNITS = ["primary", "secondary"];
  const MOST_OPEN = 12; // events of one kind that are listed openly
  const unfolded = new Set();
  const KINDS = [
    ["protocol", "What the units do by themselves"], ["repair", "What is mended or switched on"],
    ["operator", "What an operator enters"], ["fault", "What breaks"],
  ];
  const [EVENT, KIND, SENTENCE, , , BANNER, RULES] = [0, 1, 2, 3, 4, 5, 6];
  const { here, choicesOf, onRun, offered, endings, draw, go, trouble, ready } = walking(data, { draw: redraw, expand });

  // A served page asks for the steps of a state that it does not know yet, and for every part that comes with them.
  async function expand(state) {
    if (!served || choicesOf(state) !== null) return;
    const known = PARTS.map((part) => `${part}=${data[part].length}`).join("&");
    const answer = await fetch(`choices?state=${state}&${known}`);
    if (!answer.ok) throw new Error(await answer.text());
    const found = await answer.json();
    PARTS.forEach((part) => data[part].push(...found[part]));
    data.choices[state] = found.choices;
  }

  // -- drawing ---------------------------------------------------------------------------------

  // Text in which `backquotes` stand around a command.
  function worded(made, text) {
    text.split("`").forEach((part, index) => { if (part) made.appendChild(node(index % 2 ? "code" : "span", part)); });
    return made;
  }

  // A unit that was off showed nothing before, so nothing of it counts as changed but its state.
  function line(table, name, now, was) {
    if (now || was) row(table, name, now, was && was !== now ? was : undefined);
  }

  function unit(which) {
    const { trail, at } = here;
    const now = data.panels[data.states[trail[at].state][which]];
    const then = at ? data.panels[data.states[trail[at - 1].state][which]] : null;
    const [lines, statuses, role] = now;
    const made = node("article", undefined, { class: `unit ${role}`, "aria-label": `${UNITS[which]} unit` });
    made.appendChild(node("h3", which ? "SECONDARY" : "PRIMARY"));
    const prompt = made.appendChild(node("span", lines[0] || "(no console)", { class: "prompt" }));
    if (then && then[0][0] !== lines[0]) {
      prompt.classList.add("new");
      prompt.appendChild(node("span", ` was ${then[0][0] || "(no console)"}`, { class: "was" }));
    }
    const table = made.appendChild(node("table"));
    data.fields.forEach((name, index) => {
      if (index) line(table, name, lines[index], then && then[0][index]);
    });
    if (statuses.some(Boolean)) {
      const head = table.appendChild(node("tr", undefined, { class: "part" }));
      head.appendChild(node("th", "Interfaces", { colspan: "2", scope: "colgroup" }));
      data.interfaces.forEach((name, index) => line(table, name, statuses[index], then && then[1][index]));
    }
    const happening = data.happenings[trail[at].happening];
    const told = happening ? happening[3 + which] : [];
    if (told.length) {
      const list = made.appendChild(node("ul", undefined, { "aria-label": `what the ${UNITS[which]} tells` }));
      told.forEach((text) => list.appendChild(node("li", text)));
    }
    return made;
  }

  function world() {
    const { trail, at } = here;
    const [, , broken, active] = data.states[trail[at].state];
    const before = at ? data.worlds[data.states[trail[at - 1].state][2]] : data.worlds[broken];
    const parts = [node("strong", `Active: ${data.actives[active]}. `)];
    const things = data.worlds[broken];
    const both = data.actives[active].includes("both units");
    const none = both ? "No part is broken, and yet two units are active." : "Nothing is broken.";
    parts.push(node("span", things.length ? "Broken: " : none));
    things.forEach((thing, index) => {
      if (index) parts.push(node("span", ", "));
      parts.push(node("span", thing, before.includes(thing) ? {} : { class: "changed" }));
    });
    before.filter((thing) => !things.includes(thing)).forEach((thing) => {
      parts.push(node("span", " "), node("span", `no longer ${thing}`, { class: "changed" }));
    });
    by("world").replaceChildren(...parts);
  }

  function happened() {
    const { trail, at } = here;
    const place = by("happened");
    const happening = data.happenings[trail[at].happening];
    place.className = happening ? happening[KIND] : "";
    place.replaceChildren();
    worded(place, happening ? happening[SENTENCE] : "At the start: both units are off and were never started.");
    if (happening && happening[RULES]) {
      place.appendChild(node("span", `rules ${happening[RULES].split(" ").join(", ")}`, { class: "rules" }));
    }
    by("banner").hidden = !(happening && happening[BANNER]);
    by("banner").textContent = happening ? happening[BANNER].toUpperCase() : "";
  }

  // Many events of one kind, folded until the reader opens them; they stay as they are left.
  function foldOf(kind, title, buttons) {
    const made = node("details", undefined, { class: kind });
    made.append(node("summary", title), ...buttons);
    made.open = unfolded.has(kind) || buttons.some((each) => each.classList.contains("on-run"));
    made.addEventListener("toggle", () => (made.open ? unfolded.add(kind) : unfolded.delete(kind)));
    return made;
  }

  function choices() {
    const { trail, at } = here;
    const place = by("choices");
    const found = choicesOf(trail[at].state);
    const parts = [];
    if (found === null && served) {
      parts.push(node("p", "Asking the server what can happen here."));
      const state = trail[at].state;
      expand(state).then(() => { if (here.trail[here.at].state === state) draw(); }, (error) => trouble(`The server does not answer: ${error.message || error}.`));
    } else if (found === null) {
      parts.push(node("p", "The page carries no more from here. Save these steps as a scenario file and go on with failover-fsm run."));
    } else {
      if (!found.length) parts.push(node("p", "Nothing can happen here any more."));
      else if (!found.some((item) => data.happenings[item.happening][KIND] === "protocol")) {
        parts.push(node("p", "The units are at rest: by themselves they change nothing here."));
      }
      for (const [kind, title] of KINDS) {
        const mine = found.filter((item) => data.happenings[item.happening][KIND] === kind);
        if (!mine.length) continue;
        const buttons = mine.map((item) => {
          const made = node("button", undefined, { type: "button", class: kind });
          return offered(worded(made, data.happenings[item.happening][SENTENCE]), item);
        });
        parts.push(...(buttons.length > MOST_OPEN ? [foldOf(kind, `${title}: ${buttons.length}`, buttons)] : [node("h4", title), ...buttons]));
      }
    }
    place.replaceChildren(...parts);
  }

  // The pictures of the run, or of the reader's own way; the step in focus is marked, and in view in each of them.
  function pictures() {
    const { run, trail, at } = here;
    const isOwn = !onRun() || (!run.steps.length && trail.length > 1);
    document.querySelectorAll(".of-run").forEach((part) => {
      part.hidden = isOwn || part.dataset.run !== run.id;
      if (!part.hidden) part.open = true;
    });
    const place = by("own-way");
    place.hidden = !isOwn;
    if (isOwn) ownWay(place, data, trail);
    else place.replaceChildren();
    document.querySelectorAll("#own-way [data-first], .of-run:not([hidden]) [data-first]").forEach((part) => {
      const here = Number(part.dataset.first) <= at && at <= Number(part.dataset.last);
      part.classList.toggle("here", here);
      if (here) reveal(part, part.closest(".picture"));
    });
  }

  // Scrolls a frame, and nothing else, until a part of its picture is in view.
  function reveal(part, frame) {
    const [inner, outer] = [part.getBoundingClientRect(), frame.getBoundingClientRect()];
    if (inner.left < outer.left || inner.right > outer.right) frame.scrollLeft += inner.left - outer.left - 40;
    if (inner.top < outer.top || inner.bottom > outer.bottom) frame.scrollTop += inner.top - outer.top - Math.max(8, (outer.height - inner.height) / 2);
  }

  function trace() {
    const { trail, at } = here;
    const events = trail.slice(1, at + 1).map((item) => data.happenings[item.happening][EVENT]);
    by("trace").textContent = [...data.trace, ...events].join("\n") + "\n";
  }

  function redraw() {
    const { run, trail, at } = here;
    by("says").textContent = run.says || "From two units that are off: choose what happens.";
    place(at, trail.length - 1, at ? data.happenings[trail[at].happening][SENTENCE] : "");
    happened();
    by("units").replaceChildren(unit(0), unit(1));
    world();
    by("ending").replaceChildren(...endings());
    choices();
    pictures();
    trace();
  }

  // -- listening -------------------------------------------------------------------------------

  document.querySelector(".pictures").addEventListener("click", (event) => {
    const part = event.target.closest("[data-first]");
    if (part) go(Number(part.dataset.last));
  });
  document.querySelector(".opening").addEventListener("click", (event) => {
    const [part, from] = [event.target.closest("[data-first]"), event.target.closest("[data-run]")];
    if (part && from) location.hash = `#${from.dataset.run}/${part.dataset.last}`;
  });

  // A printed page has every run, whatever is folded on the screen.
  const folded = [];
  window.addEventListener("beforeprint", () => {
    document.querySelectorAll("details.of-run:not([open]), details.list:not([open]):not(.long)").forEach((each) => { folded.push(each); each.open = true; });
  });
  window.addEventListener("afterprint", () => { folded.splice(0).forEach((each) => { each.open = false; }); });

  by("console").hidden = false;
  document.documentElement.classList.add("scripted");
  document.querySelectorAll(".opening [data-begins]").forEach((chart) => {
    const part = [...chart.querySelectorAll("[data-first]")].find((each) => Number(each.dataset.first) <= chart.dataset.begins && chart.dataset.begins <= Number(each.dataset.last));
    if (part) reveal(part, part.closest(".picture"));
  });
  await ready(data.first, "input, select, .picture, pre, .scroll");
})();
