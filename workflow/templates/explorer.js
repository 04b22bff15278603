// The explorer: what the form says is chosen, drawn from the tables that the page holds.
"use strict";

const page = JSON.parse(document.getElementById("data").textContent);
const form = document.getElementById("controls");
const plot = document.getElementById("plot");
const element = (id) => document.getElementById(id);

const SYMBOLS = { circle: "●", square: "■", diamond: "◆", "triangle-up": "▲", "triangle-down": "▼", star: "★" };
const DASHES = [[7, 3], [2, 3], [7, 3, 2, 3], [14, 4], [14, 4, 2, 4], [4, 2], [2, 6]];
const INK = "#1d2126";
const FONT_SIZE = 13;
const FONT = 'system-ui, -apple-system, "Segoe UI", "Helvetica Neue", Arial, sans-serif';

// ------------------------------------------------------------------------- the tables

function cell(table, column, row) {
  const values = table.columns[column]; // a column of equal values is stored as one
  return Array.isArray(values) ? values[row] : values;
}

const smallest = (numbers) => numbers.reduce((one, other) => Math.min(one, other), Infinity);
const largest = (numbers) => numbers.reduce((one, other) => Math.max(one, other), -Infinity);

function rowsOf(table, keep) {
  return Array.from({ length: table.rows }, (_, row) => row).filter(keep);
}

function runValue(runs, quantity, row) {
  switch (quantity) {
    case "divergence_probability": return Number(cell(runs, "outcome", row) === "diverged");
    case "convergence_probability": return Number(cell(runs, "outcome", row) === "converged");
    // along training the end of a run is a point of its path
    default: return cell(runs, page.ends[quantity] ?? quantity, row);
  }
}

function groupBy(items, key) {
  const groups = new Map();
  for (const item of items) {
    const name = JSON.stringify(key(item));
    if (!groups.has(name)) groups.set(name, []);
    groups.get(name).push(item);
  }
  return [...groups.values()];
}

// --------------------------------------------------------------------------- the form

const chosen = (name) => form.elements[name].value;
const ticked = (name) => new Set(new FormData(form).getAll(name));
const experimentChosen = () => page.experiments[chosen("experiment")];
const varying = (experiment) => Object.keys(experiment.axes).filter((axis) => experiment.axes[axis].length > 1);
const isProbability = (quantity) => quantity.endsWith("_probability");

/** What is drawn, read from the form. */
function readView() {
  const experiment = experimentChosen();
  const [x, y] = [chosen("x"), chosen("y")];
  const { colourAxis, symbolAxis } = distinguishing(experiment, x);
  const wanted = Object.fromEntries(Object.entries(experiment.axes).map(([axis, values]) => {
    const marks = ticked(axis);
    const kept = values.filter((_, place) => values.length === 1 || marks.has(String(place)));
    return [axis, new Set(kept.map(([value]) => value))];
  }));
  return {
    experiment, x, y, colourAxis, symbolAxis, wanted,
    // a probability has an interval, but no quantiles
    statistic: isProbability(y) ? "mean" : chosen("statistic"),
    source: x === "step" ? "trajectories" : "summary",
    references: ticked("reference"), show: ticked("show"), log: ticked("log"),
  };
}

/** The axes whose values are told apart by colour and by symbol. */
function distinguishing(experiment, x) {
  const others = varying(experiment).filter((axis) => axis !== x);
  const colourAxis = others[0] ?? Object.keys(experiment.axes).find((axis) => axis !== x);
  return { colourAxis, symbolAxis: others[1] };
}

function setOptions(name, values) {
  const select = form.elements[name];
  const before = select.value;
  select.replaceChildren(...values.map(([value, text]) => new Option(text, value)));
  select.value = values.some(([value]) => value === before) ? before : values[0][0];
}

/** The experiments, below the titles of their papers where there are several papers. */
function offerExperiments() {
  const options = page.experiments.map(({ name, paper }, place) => ({ paper, option: new Option(name, place) }));
  const papers = groupBy(options, ({ paper }) => paper).map((group) => {
    const heading = document.createElement("optgroup");
    heading.label = group[0].paper;
    heading.append(...group.map(({ option }) => option));
    return heading;
  });
  form.elements.experiment.replaceChildren(...(papers.length > 1 ? papers : options.map(({ option }) => option)));
}

/** The axis with the most values first: it makes the most telling curve. */
function offerAxes() {
  const experiment = experimentChosen();
  const axes = varying(experiment).filter((axis) => axis !== "dataset");
  axes.sort((one, other) => experiment.axes[other].length - experiment.axes[one].length);
  const offered = experiment.tables.trajectories ? ["step", ...axes] : axes;
  form.elements.x.value = ""; // each experiment has its own
  setOptions("x", (offered.length ? offered : ["learning_rate"]).map((axis) => [axis, page.words[axis]]));
}

function offerQuantities() {
  const { tables } = experimentChosen();
  const table = tables[chosen("x") === "step" ? "trajectories" : "summary"];
  const known = new Set(rowsOf(table, (row) => cell(table, "mean", row) !== null).map((row) => cell(table, "quantity", row)));
  setOptions("y", page.quantities.filter((name) => known.has(name)).map((name) => [name, page.words[name]]));
}

function chip(name, value, text, mark, checked) {
  const label = document.createElement("label");
  const input = Object.assign(document.createElement("input"), { type: "checkbox", name, value, checked });
  const span = document.createElement("span");
  span.append(...mark, text);
  label.append(input, span);
  return label;
}

/** Chips for the values of each axis; they are the legend, too. */
function offerValues() {
  const experiment = experimentChosen();
  const { colourAxis, symbolAxis } = distinguishing(experiment, chosen("x"));
  // where neither colour nor symbol tells lines apart, begin with those of the first cell
  const told = [chosen("x"), colourAxis, symbolAxis];
  const fields = varying(experiment).map((axis) => {
    const field = document.createElement("fieldset");
    const legend = document.createElement("legend");
    legend.append(page.words[axis], ...["all", "none"].map((word) => allButton(field, word)));
    const chips = Object.assign(document.createElement("div"), { className: "chips" });
    experiment.axes[axis].forEach(([value, colour], place) => {
      const mark = document.createElement("i");
      mark.textContent = axis === symbolAxis ? Object.values(SYMBOLS)[place % 6] : "●";
      mark.style.color = axis === colourAxis ? colour : INK;
      const marks = [colourAxis, symbolAxis].includes(axis) ? [mark] : [];
      const first = value === cell(experiment.tables.runs, axis, 0);
      chips.append(chip(axis, place, shortly(value), marks, told.includes(axis) || first));
    });
    field.append(legend, chips);
    return field;
  });
  element("axes").replaceChildren(...fields);
}

function allButton(field, word) {
  const button = Object.assign(document.createElement("button"), { type: "button", textContent: word });
  button.addEventListener("click", () => {
    field.querySelectorAll("input").forEach((input) => { input.checked = word === "all"; });
    draw();
  });
  return button;
}

function offerReferences() {
  const { theory } = experimentChosen().tables;
  const [x, y] = [chosen("x"), chosen("y")];
  const known = new Set(rowsOf(theory, () => true).map((row) => cell(theory, "quantity", row)));
  const fits = ({ bounds }) => (bounds === "sharpness" ? y.includes("sharpness") : x === "learning_rate");
  const names = Object.keys(page.references).filter((name) => known.has(name) && fits(page.references[name]));
  const before = ticked("reference");
  const asked = element("references").querySelectorAll("input");
  const wasAsked = new Set(Array.from(asked, (input) => input.value));
  element("references").hidden = !names.length;
  element("references").querySelector(".chips").replaceChildren(...names.map((name) => {
    const { label, first } = page.references[name];
    const text = Object.assign(document.createElement("bdi"), { innerHTML: label });
    const on = wasAsked.has(name) ? before.has(name) : first;
    return chip("reference", name, text, [dashSample(name)], on);
  }));
}

const dashOf = (name) => DASHES[Object.keys(page.references).indexOf(name) % DASHES.length];

function dashSample(name) {
  const holder = document.createElement("template");
  holder.innerHTML = `<svg width="26" height="8" aria-hidden="true"><path d="M0 4H26" stroke="${INK}"
    stroke-width="1.5" stroke-dasharray="${dashOf(name)}"/></svg>`;
  return holder.content.firstChild;
}

/** Logarithmic where all numbers are positive and far apart. */
function chooseScales() {
  const { experiment, x, y, source } = readView();
  const table = experiment.tables[source];
  const means = rowsOf(table, (row) => cell(table, "quantity", row) === y).map((row) => cell(table, "mean", row));
  const across = x === "step" ? [] : experiment.axes[x].map(([value]) => value);
  for (const input of form.elements.log) {
    const numbers = (input.value === "x" ? across : means).filter((number) => number !== null);
    const far = largest(numbers) > 10 * smallest(numbers);
    input.checked = far && smallest(numbers) > 0 && !(input.value === "y" && isProbability(y));
  }
}

// --------------------------------------------------------------------------- the plot

const shortly = (value) => (typeof value === "number" ? String(Number(value.toPrecision(4))) : value);
const symbolOf = (view, value) => {
  const place = view.symbolAxis ? view.experiment.axes[view.symbolAxis].findIndex(([other]) => other === value) : 0;
  return Object.keys(SYMBOLS)[Math.max(place, 0) % 6];
};
const colourOf = (view, value) => view.experiment.axes[view.colourAxis].find(([other]) => other === value)?.[1] ?? INK;
const translucent = (colour, alpha) => colour + Math.round(255 * alpha).toString(16).padStart(2, "0");
/** A row without a value of an axis belongs to all values. */
const fits = (view, table) => (row) => Object.entries(view.wanted)
  .every(([axis, values]) => (cell(table, axis, row) ?? null) === null || values.has(cell(table, axis, row)));

function nameOf(view, table, row) {
  const parts = varying(view.experiment).filter((axis) => (cell(table, axis, row) ?? null) !== null);
  return parts.map((axis) => `${page.words[axis]} ${shortly(cell(table, axis, row))}`).join("<br>");
}

/** The curves: points {x, row} of the summary, for each line in order. */
function findCurves(view) {
  const table = view.experiment.tables[view.source];
  const others = Object.keys(view.experiment.axes).filter((axis) => axis !== view.x);
  const rows = rowsOf(table, (row) => cell(table, "quantity", row) === view.y).filter(fits(view, table));
  return groupBy(rows, (row) => others.map((axis) => cell(table, axis, row))).map((group) => {
    const points = group.flatMap((row) => {
      const x = cell(table, view.x, row);
      return (x === null ? [...view.wanted[view.x]] : [x]).map((place) => ({ x: place, row }));
    });
    return points.sort((one, other) => one.x - other.x);
  });
}

function curveTraces(view, points) {
  const table = view.experiment.tables[view.source];
  const [{ row: first }] = points;
  const colour = colourOf(view, cell(table, view.colourAxis, first));
  const [low, high] = page.intervals[view.statistic];
  const at = (column) => points.map(({ row }) => cell(table, column, row));
  const thinned = (row) => page.survivors.includes(view.y) && cell(table, "diverged", row) > 0;
  const band = { x: [], y: [] };
  for (const piece of piecesWithout(points, ({ row }) => cell(table, low, row) === null || cell(table, high, row) === null)) {
    const back = [...piece].reverse();
    band.x.push(...piece.map(({ x }) => x), ...back.map(({ x }) => x), null);
    band.y.push(...piece.map(({ row }) => cell(table, low, row)), ...back.map(({ row }) => cell(table, high, row)), null);
  }
  return {
    band: {
      ...band, mode: "lines", fill: "toself", fillcolor: translucent(colour, 0.16), hoverinfo: "skip",
      line: { color: translucent(colour, 0.3), width: 0.75 },
    },
    curve: {
      x: points.map(({ x }) => x), y: at(view.statistic),
      customdata: points.map(({ row }) => [view.source, row]),
      text: points.map(({ row }) => nameOf(view, table, row)),
      mode: view.x === "step" ? "lines" : "lines+markers",
      line: { color: colour, width: 2 },
      marker: {
        color: points.map(({ row }) => (thinned(row) ? "#fff" : colour)), size: 8,
        symbol: symbolOf(view, view.symbolAxis && cell(table, view.symbolAxis, first)),
        line: { color: colour, width: 1.75 },
      },
      hovertemplate: `<b>${isProbability(view.y) ? "share of runs" : view.statistic} %{y:.6g}</b><br>%{text}<extra></extra>`,
    },
  };
}

/** Cut a list where an item is to be left out. */
function piecesWithout(items, leaveOut) {
  const pieces = [[]];
  for (const item of items) leaveOut(item) ? pieces.push([]) : pieces.at(-1).push(item);
  return pieces.filter((piece) => piece.length);
}

/** The runs of each line as points; those that diverged have no value, and go above the plot. */
function runTraces(view) {
  const { runs } = view.experiment.tables;
  const across = view.x === "step" ? "steps" : view.x;
  const shown = rowsOf(runs, fits(view, runs));
  const stacks = new Map(); // how many points stand at a place already
  const stack = (...place) => {
    const key = place.join();
    stacks.set(key, (stacks.get(key) ?? 0) + 1);
    return stacks.get(key) - 1;
  };
  const others = Object.keys(view.experiment.axes).filter((axis) => axis !== view.x);
  const groups = groupBy(shown, (row) => others.map((axis) => cell(runs, axis, row)));
  const beside = sideBySide(view, shown.map((row) => cell(runs, across, row)), groups.length);
  return groups.flatMap((group, line) => {
    const lost = group.filter((row) => cell(runs, "outcome", row) === "diverged" && runValue(runs, view.y, row) === null);
    const valued = group.filter((row) => runValue(runs, view.y, row) !== null);
    const colour = colourOf(view, cell(runs, view.colourAxis, group[0]));
    const symbol = symbolOf(view, view.symbolAxis && cell(runs, view.symbolAxis, group[0]));
    const symbols = { converged: symbol, not_converged: `${symbol}-open`, diverged: "x-thin" };
    const trace = (rows, heights, hover) => ({
      x: rows.map((row) => beside(cell(runs, across, row), line)), y: heights, mode: "markers",
      customdata: rows.map((row) => ["runs", row]),
      text: rows.map((row) => `${nameOf(view, runs, row)}<br>repetition ${cell(runs, "repetition", row)}`),
      marker: {
        color: colour, size: 5.5, opacity: 0.5, line: { color: colour, width: 1 },
        symbol: rows.map((row) => symbols[cell(runs, "outcome", row)]),
      },
      hovertemplate: `<b>${hover}</b><br>%{text}<extra></extra>`,
    });
    const heights = valued.map((row) => {
      const value = runValue(runs, view.y, row);
      if (!isProbability(view.y)) return value;
      const spread = (stack(line, value, cell(runs, across, row)) % 20) / 400; // to be told apart
      return value ? value + spread : value - spread;
    });
    const traces = [];
    if (valued.length) traces.push(trace(valued, heights, isProbability(view.y) ? "a run" : "run %{y:.6g}"));
    if (lost.length) {
      const steps = lost.map((row) => stack(line, cell(runs, across, row)));
      traces.push({ ...trace(lost, steps, "diverged"), yaxis: "y2" });
    }
    return traces;
  });
}

/** A function that moves the points of a line a little to the side of those of the others. */
function sideBySide(view, places, lines) {
  const scale = view.log.has("x") ? [Math.log, Math.exp] : [Number, Number];
  const sorted = [...new Set(places)].map(scale[0]).filter(Number.isFinite).sort((one, other) => one - other);
  const gaps = sorted.slice(1).map((place, before) => place - sorted[before]);
  const room = view.x === "step" ? 0 : 0.6 * Math.min(smallest(gaps), (sorted.at(-1) - sorted[0]) / 4 || 0.1);
  return (place, line) => (lines > 1 ? scale[1](scale[0](place) + room * ((line + 0.5) / lines - 0.5)) : place);
}

/** Lines of theory, across the range of what else is drawn. */
function theoryTraces(view, extent) {
  const table = view.experiment.tables.theory;
  const rows = rowsOf(table, (row) => view.references.has(cell(table, "quantity", row))).filter(fits(view, table));
  const others = Object.keys(view.experiment.axes).filter((axis) => axis !== view.x);
  return groupBy(rows, (row) => ["quantity", ...others].map((axis) => cell(table, axis, row) ?? null)).flatMap((group) => {
    const name = cell(table, "quantity", group[0]);
    const common = {
      mode: "lines", hovertemplate: `<b>${page.references[name].label}</b><br>%{text}<extra></extra>`,
      line: { color: colourOf(view, cell(table, view.colourAxis, group[0])), width: 1.4, dash: dashOf(name).map((length) => `${length}px`).join() },
    };
    const text = (row) => `${Number(cell(table, "value", row).toPrecision(6))}<br>${nameOf(view, table, row)}`;
    if ((cell(table, view.x, group[0]) ?? null) !== null && page.references[name].bounds === "sharpness") {
      const sorted = [...group].sort((one, other) => cell(table, view.x, one) - cell(table, view.x, other));
      const at = (column) => sorted.map((row) => cell(table, column, row));
      return [{ ...common, x: at(view.x), y: at("value"), text: sorted.map(text) }];
    }
    return group.map((row) => {
      const value = cell(table, "value", row);
      const along = page.references[name].bounds === "sharpness" ? "x" : "y";
      const free = evenly(...extent[along], view.log.has(along));
      const fixed = free.map(() => value);
      return { ...common, x: along === "x" ? free : fixed, y: along === "x" ? fixed : free, text: free.map(() => text(row)) };
    });
  });
}

/** Many places from low to high, so that pointing anywhere at a line finds one. */
function evenly(low, high, logarithmic) {
  return Array.from({ length: 41 }, (_, place) => (logarithmic ? low * (high / low) ** (place / 40) : low + (high - low) * (place / 40)));
}

/** The ends of what is drawn, by direction. */
function findExtent(view, traces) {
  return Object.fromEntries(["x", "y"].map((along) => {
    const drawn = along === "y" ? traces.filter(({ yaxis }) => yaxis !== "y2") : traces;
    const numbers = drawn.flatMap((trace) => trace[along]).filter((number) => number !== null && (number > 0 || !view.log.has(along)));
    return [along, numbers.length ? [smallest(numbers), largest(numbers)] : [1, 10]];
  }));
}

function axisLayout(view, along, title) {
  return {
    title: { text: title, standoff: 12, font: { size: FONT_SIZE } }, type: view.log.has(along) ? "log" : "linear",
    tickfont: { size: view.log.has(along) ? 0.8 * FONT_SIZE : FONT_SIZE }, // plotly enlarges those of log axes
    exponentformat: "power", gridcolor: "#edf0f2", zeroline: false, linecolor: "#8a939c",
    ticks: "outside", tickcolor: "#8a939c", automargin: true,
  };
}

function layoutOf(view, strip) {
  const narrow = plot.clientWidth < 520;
  const caption = { xref: "paper", yref: "paper", x: 0, xanchor: "left", showarrow: false, align: "left" };
  const quiet = { size: 11, color: "#59626c" };
  return {
    font: { family: FONT, size: FONT_SIZE, color: INK },
    margin: { l: 48, r: 12, t: 44, b: 48 }, showlegend: false, hovermode: "closest", hoverdistance: 16,
    paper_bgcolor: "#fff", plot_bgcolor: "#fff", dragmode: narrow ? false : "zoom",
    hoverlabel: { bgcolor: "#fff", bordercolor: "#a9b6c3", font: { family: FONT, size: 12, color: INK }, align: "left" },
    xaxis: { ...axisLayout(view, "x", page.labels[view.x]), anchor: "y" },
    yaxis: { ...axisLayout(view, "y", ""), domain: [0, strip ? 0.84 : 1] },
    yaxis2: {
      domain: [0.89, 1], visible: false, range: [-1, Math.max(strip, 6)], fixedrange: true, anchor: "x",
    },
    // a horizontal name above the axis is read more easily than a vertical one beside it
    annotations: [
      { ...caption, text: page.labels[view.y], y: 1, yshift: 12, yanchor: "bottom" },
      ...(strip ? [{ ...caption, text: "diverged", y: 1, yshift: 2, yanchor: "top", xshift: 2, font: quiet }] : []),
    ],
  };
}

function draw() {
  const view = readView();
  const curves = findCurves(view).map((points) => curveTraces(view, points));
  const runs = view.show.has("runs") ? runTraces(view) : [];
  const lines = view.show.has("curves") ? curves.map(({ curve }) => curve) : [];
  const bands = view.show.has("intervals") ? curves.map(({ band }) => band) : [];
  const extent = findExtent(view, [...runs, ...lines]);
  const strip = Math.max(0, 1 + largest(runs.filter(({ yaxis }) => yaxis === "y2").flatMap(({ y }) => y)));
  const traces = [...bands, ...theoryTraces(view, extent), ...runs, ...lines];
  Plotly.react(plot, traces, layoutOf(view, strip), {
    responsive: true, displaylogo: false, displayModeBar: plot.clientWidth > 520 && "hover",
    // named one by one: by default there is one that sends the data to a host
    modeBarButtons: [["toImage"], ["zoom2d", "pan2d", "zoomIn2d", "zoomOut2d", "resetScale2d"]],
    toImageButtonOptions: { format: "svg", filename: `${view.experiment.name}_${view.y}` },
  });
  describe(view, strip);
  stepping.points = traces.flatMap((trace, curveNumber) => (trace.customdata ?? []).flatMap(([source, row], pointNumber) => (
    source === "runs" ? [{ row, curveNumber, pointNumber, subplot: trace.yaxis ? "xy2" : "xy" }] : [])));
  stepping.place = -1;
}

function describe(view, strip) {
  const { experiment, x, y, statistic } = view;
  element("statistic").hidden = isProbability(y);
  element("title").textContent = `${page.words[y]} against ${page.words[x]}`;
  element("description").textContent = experiment.description;
  element("definition").innerHTML = [...new Set([page.definitions[y], page.definitions[x]])].filter(Boolean).join(" ");
  const interval = isProbability(y) ? "95 % Wilson interval" : { mean: "95 % bootstrap interval of the mean", median: "quartiles" }[statistic];
  const key = [`Line: ${isProbability(y) ? "share of runs" : statistic} over repetitions`, `band: ${interval}`];
  if (page.survivors.includes(y) && x !== "step") key.push("open marker on a line: some runs diverged");
  key.push("small points: runs, those of different lines side by side, filled if converged, open if not");
  if (isProbability(y)) key.push("at 0 and 1 spread to be told apart");
  if (strip) key.push("crosses above: runs that diverged");
  element("key").textContent = `${key.join("; ")}.`;
  const { tables } = experiment;
  element("source").innerHTML = `Numbers from <code>${tables[view.source].file}</code> (curve),
    <code>${tables.runs.file}</code> (runs) and <code>${tables.theory.file}</code> (theory).`;
}

// ------------------------------------------------------------------------- the record

const stepping = { points: [], place: -1, kept: false };

function showRecord(source, row) {
  const table = experimentChosen().tables[source];
  const items = Object.keys(table.columns).filter((column) => !page.derived.includes(column)).map((column) => {
    const [item, name, number] = ["div", "dt", "dd"].map((tag) => document.createElement(tag));
    const value = cell(table, column, row);
    name.textContent = page.words[column];
    number.textContent = value ?? "–";
    number.dataset.column = column;
    item.append(name, number);
    return item;
  });
  element("record").replaceChildren(...items);
  element("record-title").textContent = source === "runs" ? "A run" : "A point of a curve";
  // people open the CSV, whose first line is the header
  const place = table.file.endsWith(".csv") ? `line ${row + 2}` : `row ${row} (the first is 0)`;
  element("record-source").innerHTML = `<code>${table.file}</code>, ${place}`;
}

function keep(kept) {
  stepping.kept = kept;
  element("record-hint").textContent = kept ? "Kept; press Esc, or click the point again, to go on." : "Point at a run or a curve to see its record here; click to keep it.";
}

function showFirst() {
  showRecord("runs", 0);
  keep(false);
}

function step(by) {
  const count = stepping.points.length;
  if (!count) return;
  keep(false);
  stepping.place = stepping.place < 0 && by < 0 ? count - 1 : (stepping.place + by + count) % count;
  const { row, subplot, ...point } = stepping.points[stepping.place];
  showRecord("runs", row);
  Plotly.Fx.hover(plot, [point], subplot); // draws the label, but tells nobody
}

// -------------------------------------------------------------------------- the start

const CONSEQUENCES = {
  experiment: [offerAxes, offerQuantities, offerValues, offerReferences, chooseScales, showFirst],
  x: [offerQuantities, offerValues, offerReferences, chooseScales],
  y: [offerReferences, chooseScales],
};

form.addEventListener("change", ({ target }) => {
  (CONSEQUENCES[target.name] ?? []).forEach((consequence) => consequence());
  draw();
});
offerExperiments();
CONSEQUENCES.experiment.forEach((consequence) => consequence());
draw();
plot.on("plotly_hover", ({ points: [{ customdata, curveNumber, pointNumber }] }) => {
  if (!customdata || stepping.kept) return;
  showRecord(...customdata);
  const here = stepping.points.findIndex((point) => point.curveNumber === curveNumber && point.pointNumber === pointNumber);
  if (here >= 0) stepping.place = here;
});
plot.on("plotly_click", ({ points: [{ customdata }] }) => {
  if (!customdata) return;
  showRecord(...customdata);
  keep(!stepping.kept);
});
document.addEventListener("keydown", ({ key }) => key === "Escape" && keep(false));
element("previous").addEventListener("click", () => step(-1));
element("next").addEventListener("click", () => step(1));
