// The page around the worker: choices, their link, and two plots.
"use strict";
const byId = (id) => document.getElementById(id);
const form = byId("choices"), datasets = JSON.parse(byId("datasets").textContent);
const core = byId("core").textContent;
const source = new Blob([core, byId("worker").textContent], { type: "text/javascript" });
const worker = new Worker(URL.createObjectURL(source));
let states = [], known = {}, playing = false, own = null;

for (const name of Object.keys(datasets)) form.data.add(new Option(datasets[name].words, name));

const rateOf = () => 10 ** Number(form.rate.value);
const written = (value) => Number.isFinite(value)
  ? (Math.abs(value) >= 1e-3 && Math.abs(value) < 1e5 ? Number(value.toPrecision(4)).toString() : value.toExponential(2))
  : "not finite";

function choices() {
  const { X, y } = form.data.value === "own" ? own : datasets[form.data.value];
  form.batch.max = X.length;
  const numbers = ["depth", "width", "scale", "batch", "seed"].map((key) => [key, Number(form[key].value)]);
  return { X, y, rate: rateOf(), ...Object.fromEntries(numbers) };
}

function show() {
  for (const input of form.querySelectorAll("input[type=range]")) {
    const value = input.name === "rate" ? written(rateOf()) : input.value;
    input.nextElementSibling.textContent = input.name === "batch" && value === input.max ? "all" : value;
  }
}

function restart() {
  const chosen = choices();
  states = [];
  show();
  worker.postMessage({ kind: "start", ...chosen });
  play(false);
}

function play(on) {
  playing = on;
  byId("play").textContent = on ? "Pause" : "Train";
  worker.postMessage({ kind: "play", playing: on });
}

worker.onmessage = ({ data: message }) => {
  if (message.kind === "start") known = message;
  if (message.kind === "state") {
    states.push(message);
    if (states.length > 4000) states = states.filter((_, i) => i < 200 || i % 2);
    if (message.lost) play(false);
    requestAnimationFrame(draw);
  }
};

function draw() {
  const last = states.at(-1);
  if (!last) return;
  const rate = rateOf(), critical = 2 / known.minimal;
  const stochastic = known.stochastic ? `, of SGD with these batches ${written(known.stochastic)}` : "";
  byId("numbers").textContent = `Step ${last.steps}: sharpness ${written(last.sharpness)}, 2/η = ${written(2 / rate)}, `
    + `S_min = ${written(known.minimal)}, distance ${written(last.distance)}${last.lost ? " (diverged)" : ""}. `
    + `Critical rate 2/S_min = ${written(critical)}${stochastic}; η is ${rate > (known.stochastic ?? critical) ? "above" : "below"} it.`;
  plot(byId("sharpness"), "sharpness", [[2 / rate, [6, 4]], [known.minimal, [2, 3]]]);
  plot(byId("distance"), "distance", []);
}

// A curve on a logarithmic ordinate, with horizontal lines.
function plot(canvas, key, lines) {
  const { clientWidth: width, clientHeight: height } = canvas, ratio = devicePixelRatio || 1;
  canvas.width = width * ratio;
  canvas.height = height * ratio;
  const pen = canvas.getContext("2d");
  pen.scale(ratio, ratio);
  const points = states.filter((state) => state[key] > 0 && Number.isFinite(state[key]));
  const values = [...points.map((state) => state[key]), ...lines.map(([value]) => value)].map(Math.log10);
  if (!values.length) return;
  const [low, high] = [Math.min(...values) - 0.1, Math.max(...values) + 0.1];
  const last = Math.max(1, states.at(-1).steps), left = 52, bottom = 24;
  const x = (steps) => left + (width - left - 8) * steps / last;
  const y = (value) => 8 + (height - bottom - 8) * (high - Math.log10(value)) / (high - low);
  pen.font = "12px sans-serif";
  pen.fillStyle = pen.strokeStyle = "#59626c";
  const gap = Math.max(1, Math.ceil((high - low) / 6));
  for (let power = Math.ceil(low); power <= high; power += gap)
    pen.fillText(`1e${power}`, 4, y(10 ** power) + 4);
  pen.fillText("0", left, height - 6);
  pen.fillText(`${last} steps`, width - 80, height - 6);
  pen.strokeRect(left, 8, width - left - 8, height - bottom - 8);
  for (const [value, dashes] of lines) {
    pen.setLineDash(dashes);
    pen.beginPath();
    pen.moveTo(left, y(value));
    pen.lineTo(width - 8, y(value));
    pen.stroke();
  }
  pen.setLineDash([]);
  pen.strokeStyle = "#2f5d8a";
  pen.beginPath();
  for (const state of points) pen.lineTo(x(state.steps), y(state[key]));
  pen.stroke();
}

function use() {
  const lines = byId("own").value.trim().split(/\n+/).map((line) => line.trim().split(/[\s,;]+/).map(Number));
  const bad = lines.findIndex((line) => line.length < 2 || line.length !== lines[0].length || !line.every(Number.isFinite));
  let says = "";
  if (bad >= 0) says = `Line ${bad + 1} does not hold ${Math.max(2, lines[0].length)} numbers like the first one.`;
  else if (lines.length < 2) says = "At least two samples are needed.";
  else if (lines[0].length > 11) says = "At most ten features are allowed.";
  byId("refusal").textContent = says;
  if (says) return;
  own = { X: lines.map((line) => line.slice(0, -1)), y: lines.map((line) => line.at(-1)) };
  if (![...form.data.options].some((option) => option.value === "own")) form.data.add(new Option("your own", "own"));
  form.data.value = "own";
  choices();
  form.batch.value = form.batch.max;
  restart();
}

function share() {
  const entries = ["data", "depth", "width", "scale", "rate", "batch", "seed"].map((key) => [key, form[key].value]);
  location.hash = new URLSearchParams(entries).toString();
  navigator.clipboard?.writeText(location.href).catch(() => {});
  byId("said").textContent = form.data.value === "own"
    ? "The link in the address bar does not hold your own numbers." : "The link is in the address bar.";
}

function restore() {
  for (const [key, value] of new URLSearchParams(location.hash.slice(1)))
    if (form[key] && (key !== "data" || datasets[value])) form[key].value = value;
}

form.addEventListener("input", ({ target }) => {
  if (target.name !== "rate") return restart();
  show();
  worker.postMessage({ kind: "rate", rate: rateOf() });
  draw();
});
form.addEventListener("submit", (event) => event.preventDefault());
byId("play").onclick = () => play(!playing);
byId("step").onclick = () => worker.postMessage({ kind: "step" });
byId("restart").onclick = restart;
byId("share").onclick = share;
byId("use").onclick = use;
addEventListener("resize", draw);
choices();
form.batch.value = form.batch.max;
restore();
restart();
