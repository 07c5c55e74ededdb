// Draws the way that a reader takes through what can happen: a role chart, and the steps in two columns.
"use strict";
const ownWay = (() => {
  const NS = "http://www.w3.org/2000/svg";
  const LABELS = 172, WIDE = 716, WIDEST = 90, NARROWEST = 14, ROW = 28;
  const INK = "var(--ink)", PAPER = "var(--paper)";
  const LOOKS = { active: "var(--active)", standby: "var(--standby)", none: "url(#look-starting)", failed: "url(#look-failed)",
                  disabled: "url(#look-disabled)", off: PAPER };
  const ALARMS = { "no unit": ["var(--fault)", PAPER], "both units": ["var(--both)", PAPER] };
  const PAINTS = ["fill", "stroke"];

  function shape(name, attributes, text) {
    const made = document.createElementNS(NS, name);
    for (const [key, value] of Object.entries(attributes)) {
      if (PAINTS.includes(key) && value !== "none") made.style.setProperty(key, value);
      else made.setAttribute(key, value);
    }
    if (text !== undefined) made.textContent = text;
    return made;
  }

  // Maximal stretches of equal words: [word, first column, column after the last].
  function spans(words) {
    const found = [];
    words.forEach((word, index) => {
      const last = found[found.length - 1];
      if (last && last[0] === word) last[2] = index + 1;
      else found.push([word, index, index + 1]);
    });
    return found;
  }

  function bar(svg, axis, y, span, fill, ink, text) {
    const [, first, end] = span;
    const box = shape("rect", { x: axis(first), y, width: axis(end) - axis(first), height: ROW - 6, fill, stroke: INK });
    box.appendChild(shape("title", {}, text));
    svg.appendChild(box);
    if (text.length * 6.6 + 8 > axis(end) - axis(first)) return;
    const x = (axis(first) + axis(end)) / 2;
    if (fill.startsWith("url")) {
      svg.appendChild(shape("rect", { x: x - text.length * 3.3 - 3, y: y + 3, width: text.length * 6.6 + 6, height: 15, fill: PAPER }));
    }
    svg.appendChild(shape("text", { x, y: y + 15, "text-anchor": "middle", "font-weight": "bold", fill: ink }, text));
  }

  function tracks(data, states) {
    const found = [];
    const worlds = states.map((state) => data.worlds[state[2]]);
    for (const thing of new Set(worlds.flat())) {
      found.push([thing, worlds.map((world) => (world.includes(thing) ? " " : "")), () => ["url(#look-fault)", INK]]);
    }
    ["PRIMARY", "SECONDARY"].forEach((name, which) => {
      const panels = states.map((state) => data.panels[state[which]]);
      const roles = new Map(panels.map((panel) => [panel[0][1], panel[2]]));
      found.push([name, panels.map((panel) => panel[0][1]),
                  (word) => [LOOKS[roles.get(word)], roles.get(word) === "active" ? PAPER : INK]]);
    });
    found.push(["active", states.map((state) => data.actives[state[3]]), (word) => ALARMS[word] || [PAPER, INK]]);
    return found;
  }

  function chart(data, trail) {
    const states = trail.map((item) => data.states[item.state]);
    const column = Math.max(NARROWEST, Math.min(WIDEST, (WIDE - 8 - LABELS) / states.length));
    const axis = (step) => LABELS + step * column;
    const drawn = tracks(data, states);
    const [width, height] = [Math.max(WIDE, axis(states.length) + 8), 26 + drawn.length * ROW + 6];
    const svg = shape("svg", { width, height, viewBox: `0 0 ${width} ${height}`, role: "img", "font-size": 12, fill: INK,
                               "font-family": "Arial, Helvetica, 'Liberation Sans', sans-serif" });
    svg.appendChild(shape("title", {}, "Role chart of your own way"));
    svg.appendChild(shape("rect", { width, height, fill: PAPER }));
    svg.appendChild(shape("text", { x: 6, y: 16 }, "step"));
    const every = [1, 2, 5, 10, 20, 50, 100, 1000].find((each) => each * column >= 26);
    for (let step = every; step < states.length; step += every) svg.appendChild(shape("text", { x: axis(step), y: 16, "text-anchor": "middle" }, String(step)));
    drawn.forEach(([label, words, look], index) => {
      const y = 26 + index * ROW;
      const shown = label.length > 27 ? `${label.slice(0, 25)}\u2026` : label;
      svg.appendChild(shape("text", { x: 6, y: y + 15, "font-weight": "bold" }, shown)).appendChild(shape("title", {}, label));
      spans(words).filter(([word]) => word).forEach((span) => bar(svg, axis, y, span, ...look(span[0]), span[0].trim() || label));
    });
    states.forEach((_, step) => {
      const place = shape("g", { "data-first": step, "data-last": step });
      place.appendChild(shape("rect", { class: "pane", x: axis(step), y: 22, width: column, height: height - 26, fill: "none", "pointer-events": "all" }));
      svg.appendChild(place);
    });
    return svg;
  }

  function cell(data, trail, index, which) {
    const made = document.createElement("td");
    const [now, was] = [index, index - 1].map((step) => data.panels[data.states[trail[step].state][which]]);
    made.className = now[2];
    const told = data.happenings[trail[index].happening][3 + which];
    if (now[0][1] !== was[0][1]) made.appendChild(document.createElement("b")).textContent = `${was[0][1]} \u2192 ${now[0][1]}`;
    told.forEach((text) => { made.appendChild(document.createElement("div")).textContent = text; });
    return made;
  }

  function sequence(data, trail) {
    const table = document.createElement("table");
    table.className = "sequence";
    const head = table.createTHead().insertRow();
    ["step", "PRIMARY", "SECONDARY"].forEach((name) => { head.appendChild(document.createElement("th")).textContent = name; });
    const body = table.createTBody();
    for (let index = 1; index < trail.length; index += 1) {
      const row = body.insertRow();
      const happening = data.happenings[trail[index].happening];
      row.dataset.first = row.dataset.last = index;
      const said = row.appendChild(document.createElement("th"));
      said.scope = "row";
      said.className = happening[1];
      said.textContent = `${index} ${happening[2].split("`").join("")}`;
      row.append(cell(data, trail, index, 0), cell(data, trail, index, 1));
    }
    return table;
  }

  function framed(caption, drawing) {
    const made = document.createElement("figure");
    made.appendChild(document.createElement("figcaption")).textContent = caption;
    const frame = made.appendChild(document.createElement("div"));
    frame.className = "picture";
    for (const [key, value] of Object.entries({ tabindex: "0", role: "region", "aria-label": caption })) frame.setAttribute(key, value);
    frame.appendChild(drawing);
    return made;
  }

  // Puts the pictures of the way into a place of the page.
  return (place, data, trail) => {
    place.replaceChildren(framed("Role chart of your own way", chart(data, trail)), framed("Sequence of your own way", sequence(data, trail)));
  };
})();
