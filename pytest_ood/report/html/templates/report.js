// The traces of the report: unpacked, filtered and drawn. Every text is written as text, never as markup.
"use strict";
(async () => {
const FIRST = 40, MORE = 200, WIDEST = 64, LONGEST = 60;
const FILTERS = ["probe", "condition", "size", "outcome", "lure", "change", "text"];
const packed = document.getElementById("packed");
if (!packed) return;
const form = document.getElementById("filters");
const count = document.getElementById("count");
const list = document.getElementById("pairs");
const next = document.getElementById("next");

let data;
try {
  const raw = Uint8Array.from(atob(packed.textContent), (c) => c.charCodeAt(0));
  const stream = new Blob([raw]).stream().pipeThrough(new DecompressionStream("deflate"));
  data = JSON.parse(await new Response(stream).text());
} catch (error) {
  count.textContent = "The questions and answers cannot be shown: this browser cannot decompress them.";
  return;
}
// What a pair is compared with: the answer of the first run to the same case.
function changed(before, after) {
  if (!before || before === after) return "";
  if (before.outcome === "wrong" && after.outcome === "correct") return "FIXED";
  return before.outcome === "correct" && after.outcome === "wrong" ? "BROKEN" : "";
}
const pairs = data.pairs.map(([cell, control, shift, first], number) => {
  const twins = [control, shift].filter((one) => one >= 0).map((one) => data.traces[one]);
  const last = twins[twins.length - 1];
  const collapsed = twins.length === 2 && twins[0].outcome === "correct" && last.outcome === "wrong";
  const earlier = data.traces[first];
  return { number, cell: data.cells[cell], twins, last, collapsed, earlier, change: changed(earlier, last), id: `${cell}.${last.id}` };
});

function make(tag, attributes, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes || {})) node.setAttribute(name, value);
  node.append(...children.filter((child) => child !== null && child !== ""));
  return node;
}
const box = (text) => make("pre", { class: "box", tabindex: "0" }, text || "(empty)");
const bdi = (text) => make("bdi", {}, text);
// A long name may be broken after an underscore.
const breakable = (text) => make("bdi", {}, ...text.split(/(?<=_)/).flatMap((part) => [part, make("wbr")]));
const short = (text) => (text.length > LONGEST ? `${text.slice(0, LONGEST)}\u2026` : text);
const counted = (number, noun) => `${number.toLocaleString("en")} ${noun}${number === 1 ? "" : "s"}`;

// Answers: what differs from what is expected.

function grid(text) {
  const lines = text.replace(/\n+$/, "").split("\n");
  const rows = lines.map((line) => (/\S\s+\S/.test(line) ? line.trim().split(/\s+/) : [...line]));
  const width = rows[0].length;
  const fits = rows.every((row) => row.length === width && row.every((cell) => [...cell].length <= 3));
  const small = width > 1 && width <= WIDEST && rows.length <= WIDEST;
  if (!fits || !small) return null;
  if (rows.length > 1) return rows;
  // A single row is one of cells if it is made of few signs.
  return width >= 8 && !/\s/.test(lines[0]) && new Set(rows[0]).size <= 3 ? rows : null;
}

function drawGrid(rows, other, kind) {
  const body = make("tbody");
  rows.forEach((row, y) => {
    const line = make("tr");
    row.forEach((cell, x) => {
      const off = other && other[y][x] !== cell;
      line.append(make("td", off ? { class: kind, title: `row ${y + 1}, column ${x + 1}: ${other[y][x]} in the other` } : {}, cell));
    });
    body.append(line);
  });
  return make("div", { class: "scroll", tabindex: "0", role: "group", "aria-label": "grid" }, make("table", { class: "grid-answer" }, body));
}

function sameShape(a, b) {
  return a.length === b.length && a[0].length === b[0].length;
}

function steps(lines, expected, kind) {
  const first = expected ? lines.findIndex((line, place) => line !== expected[place]) : -1;
  const items = lines.map((line, place) => {
    const wrong = expected && first >= 0 && line !== expected[place];
    const flagged = place === first && kind === "given";
    const name = flagged ? "off" : wrong && place > first && kind === "given" ? "later" : "";
    return make("li", name ? { class: name } : {}, make("span", {}, line), flagged ? make("span", { class: "flag" }, "first wrong step") : "");
  });
  return make("div", { class: "box", tabindex: "0" }, make("ol", { class: "steps" }, ...items));
}

// The parts of a text in which it differs from another one: cut into words or characters, marked where they differ.
function marked(text, other, wrongAt) {
  const cut = (whole) => (/\S[\s,;]+\S/.test(whole) ? whole.split(/([\s,;]+)/) : [...whole]);
  const mine = cut(text), theirs = cut(other);
  const pre = box("");
  pre.textContent = "";
  let differing = mine.map((part, place) => part !== theirs[place]);
  const total = differing.filter(Boolean).length;
  if (mine.length !== theirs.length || total * 2 > mine.length) {
    // After a missing part everything differs: then only where it begins.
    const first = Number.isInteger(wrongAt) && mine.length > 1 && /[\s,;]/.test(text.trim()) ? 2 * wrongAt : differing.indexOf(true);
    differing = mine.map((_, place) => place === first);
    if (mine.length <= 2 || total === mine.length) differing = mine.map(() => true);
  }
  let run = "", isMarked = false;
  const flush = () => { if (run) pre.append(isMarked ? make("mark", {}, run) : run); run = ""; };
  mine.forEach((part, place) => {
    if (differing[place] !== isMarked) { flush(); isMarked = differing[place]; }
    run += part;
  });
  flush();
  return pre;
}

function answer(trace) {
  const given = trace.given || "", expected = trace.expected || "";
  const wrong = trace.outcome !== "correct";
  const mine = grid(given), theirs = grid(expected);
  const compared = wrong && !trace.several;
  const parts = [make("h4", {}, "answered")];
  const shown = { given: null, expected: null, note: "" };
  if (mine && theirs) {
    const alike = sameShape(mine, theirs);
    shown.given = drawGrid(mine, compared && alike ? theirs : null, "off");
    shown.expected = drawGrid(theirs, compared && alike ? mine : null, "due");
    if (compared && alike) {
      const off = mine.flat().filter((cell, place) => cell !== theirs.flat()[place]).length;
      shown.note = `${off} of ${counted(mine.flat().length, "cell")} differ`;
    } else if (compared) {
      shown.note = `${mine.length} by ${mine[0].length} cells instead of ${theirs.length} by ${theirs[0].length}`;
    }
  } else if (given.includes("\n") && expected.includes("\n")) {
    const lines = given.split("\n"), right = expected.split("\n");
    shown.given = steps(lines, compared ? right : null, "given");
    shown.expected = steps(right, null, "expected");
    if (compared && lines.length !== right.length) shown.note = `${counted(lines.length, "line")} instead of ${right.length}`;
  } else {
    shown.given = compared && given ? marked(given, expected, trace.wrong_at) : box(given);
    shown.expected = box(expected);
  }
  parts.push(shown.given);
  if (shown.note) parts.push(make("p", { class: "note" }, shown.note));
  if (wrong) parts.push(make("h4", {}, trace.several ? "expected, one right answer of several" : "expected"), shown.expected);
  return parts;
}

function dialogue(trace) {
  const given = (trace.given || "").split("\n\n"), expected = (trace.expected || "").split("\n\n");
  const turns = [...trace.turns, ["assistant", trace.response || ""]];
  const parts = [make("h4", {}, "dialogue")];
  let place = 0, isFirst = true;
  const compared = trace.read && trace.outcome !== "correct";
  for (const [role, text] of turns) {
    const name = role === "assistant" ? "assistant" : "user";
    parts.push(make("div", { class: `box turn ${name}`, tabindex: "0" }, make("span", { class: "who" }, role), text || "(empty)"));
    if (role !== "assistant") continue;
    const mine = given[place], right = expected[place];
    place += 1;
    if (!compared || right === undefined || mine === right) continue;
    // Where several answers are right, only the task knows which turn is wrong.
    const flagged = trace.wrong_turn ? place === trace.wrong_turn : isFirst && !trace.several;
    const due = trace.several ? "one right answer here:" : "expected here:";
    parts.push(make("p", { class: "note" }, flagged ? make("mark", {}, "first wrong turn") : "", flagged ? "; " : "", due), box(right));
    isFirst = false;
  }
  return parts;
}

function folded(title, text) {
  return make("details", {}, make("summary", { class: "note" }, `${title} (${counted(text.length, "character")})`), box(text));
}

function twin(trace, when = "") {
  const lure = trace.lure ? ` (${trace.lure})` : "";
  const parts = [make("h3", {}, bdi(`${when}${trace.arm} ${trace.params || ""}`), ": ", make("span", { class: `outcome ${trace.outcome}` }, bdi(trace.outcome + lure)))];
  if (trace.lure) parts.push(make("p", { class: "lure" }, "This is the answer that the shortcut ", bdi(`"${trace.lure}"`), " gives."));
  if (trace.turns) {
    parts.push(...dialogue(trace));
  } else {
    parts.push(make("h4", {}, "asked"), box(trace.asked));
    if (trace.read) parts.push(...answer(trace));
    else parts.push(make("h4", {}, "response, without an answer to read"), box(trace.response), make("h4", {}, "expected"), box(trace.expected));
    if (trace.read && trace.response && trace.response !== trace.given) parts.push(folded("whole response", trace.response));
  }
  if (trace.thoughts) parts.push(folded("thoughts", trace.thoughts));
  if (trace.system) parts.push(folded("system message", trace.system));
  const facts = [];
  if (trace.detail) facts.push(`detail ${trace.detail}`);
  if (trace.tokens.some((one) => one !== null)) facts.push(`tokens ${trace.tokens.map((one) => (one === null ? "?" : one)).join(" in, ")} out`);
  if (trace.cost) facts.push(`$${trace.cost.toPrecision(2)}`);
  if (trace.served) facts.push(`served by ${trace.served}`);
  if (facts.length) parts.push(make("p", { class: "note" }, bdi(facts.join("; "))));
  return make("div", { class: "twin" }, ...parts);
}

// Commands and links.

async function copy(text, button, code) {
  try {
    await navigator.clipboard.writeText(text);
    button.textContent = "Copied";
  } catch (error) {
    getSelection().selectAllChildren(code);
    button.textContent = "Selected: press Ctrl+C";
  }
}

function again(pair) {
  const { command, curve } = pair.cell;
  const code = make("code", {}, command || "The command is not shown, as it seems to hold a key.");
  const copies = make("button", { type: "button" }, "Copy the command that asks this again");
  copies.addEventListener("click", () => copy(command, copies, code));
  const link = make("a", { href: `#traces?${new URLSearchParams({ pair: pair.id })}` }, "Link to this pair");
  return make("div", { class: "again" }, command ? copies : "", link, make("a", { href: `#${curve}` }, curve === "replays" ? "All groups" : "Its curve"), code);
}

function draw(pair) {
  const { cell, last, twins } = pair;
  const told = twins.flatMap((one, place) => [
    place ? ", " : "", `${one.arm} `, make("span", { class: `outcome ${one.outcome}` }, bdi(one.outcome + (one.lure ? ` (${one.lure})` : ""))),
  ]);
  const probe = data.probes[cell.probe];
  const summary = make("summary", {}, breakable(probe.split("::").pop()), make("bdi", { class: "size" }, cell.size), `draw ${last.draw}, `, bdi(data.conditions[cell.condition]), ": ", ...told, pair.change ? make("span", { class: `change ${pair.change}` }, ` ${pair.change}`) : "");
  const details = make("details", { class: "pair", id: `pair-${pair.id}` }, summary);
  details.addEventListener("toggle", () => {
    if (details.open && details.children.length === 1) details.append(make("div", { class: "twins" }, ...twins.map((one) => twin(one)), pair.earlier ? twin(pair.earlier, "before: ") : ""), again(pair));
  });
  return details;
}

// Filters; the fragment of the address holds their state.

const values = {
  probe: (pair) => data.probes[pair.cell.probe],
  condition: (pair) => data.conditions[pair.cell.condition],
  size: (pair) => pair.cell.size,
  outcome: (pair) => pair.last.outcome,
  lure: (pair) => pair.last.lure || "",
  change: (pair) => pair.change,
};
const COLLAPSED = "control right, shift wrong";

function haystack(pair) {
  pair.hay ||= pair.twins.flatMap((one) => [one.asked, (one.turns || []).join("\n"), one.response, one.expected, one.thoughts]).join("\n").toLowerCase();
  return pair.hay;
}

function matches(pair, wanted) {
  for (const [name, value] of Object.entries(wanted)) {
    if (name === "text" ? !haystack(pair).includes(value.toLowerCase())
      : name === "pair" ? pair.id !== value
      : name === "outcome" && value === COLLAPSED ? !pair.collapsed
      : values[name](pair) !== value) return false;
  }
  return true;
}

function fill(name, pool, chosen) {
  const select = form.elements[name];
  const tally = new Map();
  for (const pair of pool) tally.set(values[name](pair), (tally.get(values[name](pair)) || 0) + 1);
  tally.delete("");
  const options = [...tally].map(([value, number]) => [value, number]);
  if (name === "size") options.sort((a, b) => a[0].localeCompare(b[0], "en", { numeric: true }));
  const collapsed = pool.filter((pair) => pair.collapsed).length;
  if (name === "outcome" && collapsed) options.unshift([COLLAPSED, collapsed]);
  if (chosen && !options.some(([value]) => value === chosen)) options.push([chosen, 0]);
  select.replaceChildren(make("option", { value: "" }, "all"), ...options.map(([value, number]) => make("option", { value }, `${short(value)} (${number})`)));
  select.value = chosen || "";
}

let found = [], shown = 0;

function showMore(number) {
  const part = found.slice(shown, shown + number).map(draw);
  list.append(...part);
  shown += part.length;
  next.hidden = shown >= found.length;
  return part;
}

function show(wanted) {
  found = pairs.filter((pair) => matches(pair, wanted));
  list.replaceChildren();
  shown = 0;
  const drawn = showMore(FIRST);
  if (wanted.pair && drawn.length) drawn[0].open = true;
  count.textContent = found.length === pairs.length ? counted(pairs.length, "pair") : `${found.length.toLocaleString("en")} of ${counted(pairs.length, "pair")}`;
  for (const name of FILTERS) {
    if (name === "text") continue;
    const others = Object.fromEntries(Object.entries(wanted).filter(([key]) => key !== name && key !== "pair"));
    fill(name, pairs.filter((pair) => matches(pair, others)), wanted[name]);
  }
}

function fromAddress() {
  if (!location.hash.startsWith("#traces?")) return null;
  const state = new URLSearchParams(location.hash.slice("#traces?".length));
  return Object.fromEntries([...state].filter(([name, value]) => value && (FILTERS.includes(name) || name === "pair")));
}

function fromForm() {
  return Object.fromEntries(FILTERS.map((name) => [name, form.elements[name].value]).filter(([, value]) => value));
}

function change() {
  const wanted = fromForm();
  const state = new URLSearchParams(wanted).toString();
  history.replaceState(null, "", state ? `#traces?${state}` : "#traces");
  show(wanted);
}

function arrive() {
  const wanted = fromAddress();
  if (!wanted) return;
  form.elements.text.value = wanted.text || "";
  show(wanted);
  document.getElementById("traces").scrollIntoView();
}

let waiting;
form.addEventListener("submit", (event) => event.preventDefault());
form.addEventListener("change", (event) => { if (event.target.name !== "text") change(); });
form.elements.text.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(change, 150); });
form.addEventListener("reset", () => setTimeout(() => { for (const name of FILTERS) form.elements[name].value = ""; change(); }));
next.addEventListener("click", () => showMore(MORE));
addEventListener("hashchange", arrive);
document.getElementById("change-filter").hidden = !pairs.some((pair) => pair.change);
form.hidden = false;
show({});
arrive();
document.documentElement.dataset.ready = "yes";
})();
