// The worker: it trains in slices of a few milliseconds and sends what is drawn.
let run = null;

function start({ X, y, depth, width, scale, rate, batch, seed }) {
  const data = problem(X, y), random = uniform(seed);
  const layers = gaussianLayers(data.d, depth, width, scale, random);
  run = { data, layers, rate, batch, random, steps: 0, playing: false };
  const minimal = depth > 1 ? minimalSharpness(data, depth) : 2 * Math.max(...eigen(data.covariance).values);
  const stochastic = depth > 1 && batch < data.n ? stochasticRate(data, depth, batch) : null;
  postMessage({ kind: "start", minimal, stochastic, samples: data.n, features: data.d });
  report();
}

function report() {
  const state = measure(run.data, run.layers);
  const lost = !Number.isFinite(state.risk);
  if (lost) run.playing = false;
  postMessage({ kind: "state", steps: run.steps, lost, ...state });
}

function advance(count) {
  for (let k = 0; k < count; k++) {
    const { data, batch, random } = run;
    const rows = batch < data.n
      ? Array.from({ length: batch }, () => Math.floor(random() * data.n)) : null;
    step(data, run.layers, run.rate, rows);
    run.steps++;
  }
}

// Every state up to step 200 is sent, because the sharpness can oscillate with period two; then one
// after an odd number of steps.
function play() {
  if (!run?.playing) return;
  const until = performance.now() + 20;
  while (run.playing && performance.now() < until) {
    advance(run.steps < 200 ? 1 : 2 * Math.floor(run.steps / 40) + 1);
    report();
  }
  setTimeout(play, 0);
}

onmessage = ({ data: message }) => {
  if (message.kind === "start") start(message);
  if (message.kind === "rate") run.rate = message.rate;
  if (message.kind === "step") { advance(1); report(); }
  if (message.kind === "play") { run.playing = message.playing; play(); }
};
