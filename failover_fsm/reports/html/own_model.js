// Shows the states of a model as fields, and what can happen next.
"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const { by, node, row, place } = stepping;
  const { here, choicesOf, offered, endings, ready } = walking(data, { draw, expand: async () => {} });

  function fields() {
    const { trail, at } = here;
    const now = data.states[trail[at].state];
    const then = at ? data.states[trail[at - 1].state] : now;
    const names = [...new Set([...Object.keys(now), ...Object.keys(then)])];
    const table = node("table");
    names.forEach((name) => row(table, name, now[name], now[name] === then[name] ? undefined : then[name] || ""));
    return table;
  }

  function choices() {
    const found = choicesOf(here.trail[here.at].state);
    if (found === null) return [node("p", "The page carries no more from here.")];
    if (!found.length) return [node("p", "Nothing changes this state any more.")];
    return found.map((item) => offered(node("button", data.events[item.happening], { type: "button" }), item));
  }

  function draw() {
    const { trail, at } = here;
    const events = trail.map((item) => data.events[item.happening]);
    place(at, trail.length - 1, events[at]);
    by("happened").textContent = at ? events[at] : "At the start";
    by("fields").replaceChildren(fields());
    by("ending").replaceChildren(...endings());
    by("choices").replaceChildren(...choices());
    by("trace").textContent = at ? events.slice(1, at + 1).map((event, index) => `${index + 1}. ${event}`).join("\n") : "nothing yet";
  }

  ready(data.runs[0].id, "input, select, pre");
})();
