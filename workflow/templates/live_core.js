// Gradient descent on deep linear networks, with the sharpness and the critical rates.  It runs in a
// worker of the page and, in the tests, in the page itself.
//
// Layers are arrays W_1, ..., W_L of rows.  f(x) = W_L ... W_1 x, and R = (1/n) ||y - X w||^2 with
// w = (W_L ... W_1)^T.  With s_k = W_L ... W_{k+1}, g = dR/dw and q_k = W_k ... W_1 g, the gradient in
// W_k is s_k^T q_{k-1}^T, so a step needs products of matrices with vectors only.
"use strict";

const dot = (a, b) => a.reduce((sum, value, i) => sum + value * b[i], 0);
const norm = (a) => Math.sqrt(dot(a, a));
const times = (W, v) => W.map((row) => dot(row, v));
const transposed = (v, W) => W[0].map((_, j) => v.reduce((sum, value, i) => sum + value * W[i][j], 0));
const zeros = (rows, columns) => Array.from({ length: rows }, () => new Array(columns).fill(0));

// The data of a problem: X as rows, y, and what follows from them.
function problem(X, y) {
  const n = X.length, d = X[0].length;
  const covariance = zeros(d, d).map((row, i) =>
    row.map((_, j) => X.reduce((sum, x) => sum + x[i] * x[j], 0) / n));
  const target = covariance.map((_, i) => X.reduce((sum, x, k) => sum + x[i] * y[k], 0) / n);
  const { values, vectors } = eigen(covariance);
  const floor = Math.max(...values) * d * 1e-12;
  const solution = new Array(d).fill(0), q = new Array(d).fill(0);
  values.forEach((value, k) => {
    if (value <= floor) return;
    const part = dot(vectors[k], target) / value;
    vectors[k].forEach((entry, i) => {
      solution[i] += part * entry;
      q[i] += part * Math.sqrt(value) * entry;
    });
  });
  return { X, y, n, d, covariance, target, solution, q };
}

// Eigenvalues and eigenvectors (as rows) of a symmetric matrix, by Jacobi's rotations.
function eigen(matrix) {
  const a = matrix.map((row) => row.slice()), d = a.length;
  const vectors = zeros(d, d).map((row, i) => row.map((_, j) => Number(i === j)));
  for (let sweep = 0; sweep < 60; sweep++) {
    let rest = 0, size = 0;
    for (let i = 0; i < d; i++)
      for (let j = 0; j < d; j++) {
        size += a[i][j] ** 2;
        if (i !== j) rest += a[i][j] ** 2;
      }
    if (rest <= 1e-32 * size) break;
    for (let i = 0; i < d; i++)
      for (let j = i + 1; j < d; j++) {
        if (a[i][j] === 0) continue;
        const tau = (a[j][j] - a[i][i]) / (2 * a[i][j]);
        const t = (tau < 0 ? -1 : 1) / (Math.abs(tau) + Math.hypot(1, tau));
        const c = 1 / Math.hypot(1, t), s = t * c;
        for (let k = 0; k < d; k++) {
          const [left, right] = [a[k][i], a[k][j]];
          a[k][i] = c * left - s * right;
          a[k][j] = s * left + c * right;
        }
        for (let k = 0; k < d; k++) {
          const [up, down] = [a[i][k], a[j][k]];
          a[i][k] = c * up - s * down;
          a[j][k] = s * up + c * down;
          const [first, second] = [vectors[i][k], vectors[j][k]];
          vectors[i][k] = c * first - s * second;
          vectors[j][k] = s * first + c * second;
        }
      }
  }
  return { values: a.map((row, i) => row[i]), vectors };
}

// The minimum of a function with one minimum, between two ends, by golden sections.
function smallest(f, low, high) {
  const ratio = (Math.sqrt(5) - 1) / 2;
  for (let k = 0; k < 120; k++) {
    const [left, right] = [high - ratio * (high - low), low + ratio * (high - low)];
    if (f(left) <= f(right)) high = right;
    else low = left;
  }
  return f((low + high) / 2);
}

// The eigenvalues of e^(2 tau) Sigma + (L - 1) e^(-2 tau / (L - 1)) q q^T.
const curvatures = ({ covariance, q }, depth, tau) => eigen(covariance.map((row, i) => row.map((value, j) =>
  Math.exp(2 * tau) * value + (depth - 1) * Math.exp(-2 * tau / (depth - 1)) * q[i] * q[j]))).values;

// S_min, the smallest sharpness of any minimiser; depth at least 2.
const minimalSharpness = (data, depth) =>
  smallest((tau) => 2 * Math.max(...curvatures(data, depth, tau)), -12, 12);

// The critical rate of SGD with independent Gaussian batches of b samples: S_b = 2 s, where s solves
// sum_i nu p_i / (s - (1 + nu) p_i) = 1 with nu = 1 / b.
function stochasticRate(data, depth, batch) {
  const nu = 1 / batch;
  const meanSquare = (tau) => {
    const p = curvatures(data, depth, tau).filter((value) => value > 0);
    let low = (1 + nu) * Math.max(...p), high = low + nu * p.reduce((a, b) => a + b, 0);
    for (let k = 0; k < 100; k++) {
      const s = (low + high) / 2;
      if (p.reduce((sum, value) => sum + nu * value / (s - (1 + nu) * value), 0) > 1) low = s;
      else high = s;
    }
    return 2 * high;
  };
  return 2 / smallest(meanSquare, -12, 12);
}

// s_0, ..., s_L; s_0 is w.
function suffixes(layers) {
  const s = [[1]];
  for (let k = layers.length - 1; k >= 0; k--) s.unshift(transposed(s[0], layers[k]));
  return s;
}

// dR/dw of the rows of a batch; of all rows by the covariance.
function slope(data, w, rows) {
  if (!rows) return times(data.covariance, w).map((value, i) => 2 * (value - data.target[i]));
  const g = new Array(data.d).fill(0);
  for (const row of rows) {
    const residual = 2 / rows.length * (dot(data.X[row], w) - data.y[row]);
    data.X[row].forEach((value, i) => { g[i] += residual * value; });
  }
  return g;
}

// One step of (stochastic) gradient descent; changes the layers.
function step(data, layers, rate, rows) {
  const s = suffixes(layers);
  let q = slope(data, s[0], rows);
  layers.forEach((W, k) => {
    const next = times(W, q);
    W.forEach((row, i) => {
      const factor = rate * s[k + 1][i];
      for (let j = 0; j < row.length; j++) row[j] -= factor * q[j];
    });
    q = next;
  });
}

// The Hessian of the whole risk applied to a direction (arrays like the layers).
function hessian(data, layers, s, direction) {
  const L = layers.length, moved = [[0]];
  for (let k = L - 1; k >= 0; k--) {
    const [a, b] = [transposed(moved[0], layers[k]), transposed(s[k + 1], direction[k])];
    moved.unshift(a.map((value, i) => value + b[i]));
  }
  let q = slope(data, s[0]), r = times(data.covariance, moved[0]).map((value) => 2 * value);
  return layers.map((W, k) => {
    const product = W.map((row, i) => row.map((_, j) => moved[k + 1][i] * q[j] + s[k + 1][i] * r[j]));
    const [a, b, next] = [times(direction[k], q), times(W, r), times(W, q)];
    r = a.map((value, i) => value + b[i]);
    q = next;
    return product;
  });
}

// The largest eigenvalue of the Hessian, by a Lanczos method whose vectors are all kept orthogonal,
// until the residual ||H v - S v|| / |S| proves it to 1e-10.
function sharpness(data, layers) {
  const shapes = layers.map((W) => [W.length, W[0].length]);
  const size = shapes.reduce((sum, [rows, columns]) => sum + rows * columns, 0);
  const s = suffixes(layers);
  const unflat = (v) => {
    let place = 0;
    return shapes.map(([rows, columns]) =>
      Array.from({ length: rows }, () => v.slice(place, (place += columns))));
  };
  const apply = (v) => hessian(data, layers, s, unflat(v)).flat(2);
  let v = Array.from({ length: size }, (_, i) => Math.sin(1 + i) + 0.1), beta = 0;
  const basis = [], T = [];
  for (let k = 0; k < Math.min(size, 200); k++) {
    const length = norm(v);
    if (!(length > 0)) break;
    v = v.map((value) => value / length);
    basis.push(v);
    const product = apply(v);
    const alpha = dot(v, product);
    if (!Number.isFinite(alpha)) return NaN;
    T.forEach((row) => row.push(0));
    T.push(new Array(k + 1).fill(0));
    T[k][k] = alpha;
    if (k) T[k][k - 1] = T[k - 1][k] = beta;
    v = product.slice();
    for (let twice = 0; twice < 2; twice++)
      for (const u of basis) {
        const part = dot(u, v);
        for (let i = 0; i < size; i++) v[i] -= part * u[i];
      }
    beta = norm(v);
    if (k % 5 === 4 || k + 1 === size || beta < 1e-14 * Math.abs(alpha)) {
      const { values, vectors } = eigen(T);
      const best = values.indexOf(Math.max(...values));
      if (beta * Math.abs(vectors[best][k]) <= 1e-10 * Math.abs(values[best])) return values[best];
      if (beta === 0) return values[best];
    }
  }
  return Math.max(...eigen(T).values);
}

const risk = (data, w) => data.X.reduce((sum, x, i) => sum + (data.y[i] - dot(x, w)) ** 2, 0) / data.n;

// What is drawn of a state.
function measure(data, layers) {
  const w = suffixes(layers)[0];
  const distance = w.reduce((sum, value, i) => sum + (value - data.solution[i]) ** 2, 0);
  return { risk: risk(data, w), distance, sharpness: sharpness(data, layers) };
}

// Numbers between 0 and 1 that depend on a seed alone (mulberry32).
function uniform(seed) {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

// Layers with independent Gaussian entries of a standard deviation.
function gaussianLayers(features, depth, width, scale, random) {
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  return Array.from({ length: depth }, (_, k) =>
    Array.from({ length: k + 1 === depth ? 1 : width }, () =>
      Array.from({ length: k ? width : features }, () => scale * normal())));
}
