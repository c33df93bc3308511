// The engine's activation functions and losses, each with its derivative.
"use strict";

const storyreelFunctions = (() => {
  const LEAK = 0.01;
  const TINY = 2.2250738585072014e-308; // the smallest normal number: in place of 0 in ln and 1/y

  const sum = (numbers) => numbers.reduce((total, number) => total + number, 0);
  const dot = (a, b) => sum(a.map((number, k) => number * b[k]));
  const mean = (numbers) => sum(numbers) / numbers.length;

  /** ln(e^a + e^b), without overflow. */
  const logAddExp = (a, b) =>
    a === b ? a + Math.LN2 : Math.max(a, b) + Math.log1p(Math.exp(-Math.abs(a - b)));
  const logSumExp = (z) => z.reduce(logAddExp);
  const sigmoid = (z) => Math.exp(-logAddExp(0, -z));
  const log = (y) => (y < 0 ? NaN : Math.log(Math.max(y, TINY)));
  const reciprocal = (y) => 1 / Math.max(y, TINY);

  /** The error function: Kummer's series near 0, the continued fraction of its complement far away. */
  function erf(x) {
    if (!(Math.abs(x) < 6)) return Math.sign(x);
    const scale = Math.exp(-x * x) / Math.sqrt(Math.PI);
    if (Math.abs(x) < 3) {
      let term = 2 * x;
      let total = term;
      for (let n = 1; Math.abs(term) > 1e-17 * Math.abs(total); n++) {
        term *= (2 * x * x) / (2 * n + 1);
        total += term;
      }
      return scale * total;
    }
    return Math.sign(x) * (1 - complement(Math.abs(x)));
  }

  /** 1 − erf(x) of a size from 3 on, to its last digit. */
  function complement(x) {
    let fraction = x;
    for (let n = 60; n > 0; n--) fraction = x + n / 2 / fraction;
    return Math.exp(-x * x) / Math.sqrt(Math.PI) / fraction;
  }
  const erfc = (x) => (x < 3 ? 1 - erf(x) : complement(x));
  const normalCumulative = (z) => 0.5 * erfc(-z / Math.SQRT2);
  const normalDensity = (z) => Math.exp(-0.5 * z * z) / Math.sqrt(2 * Math.PI);

  const elementwise = (value, derivative) => ({
    value: (z) => z.map(value),
    pullBack: (z, a, upstream) => upstream.map((gradient, k) => gradient * derivative(z[k], a[k])),
  });

  /** By name: `value(z)`, and `pullBack(z, a, upstream)`, which takes ∂L/∂a to ∂L/∂z. */
  const ACTIVATIONS = {
    identity: elementwise((z) => z, () => 1),
    sigmoid: elementwise(sigmoid, (z, a) => a * (1 - a)),
    tanh: elementwise(Math.tanh, (z, a) => 1 - a * a),
    relu: elementwise((z) => Math.max(z, 0), (z) => (z > 0 ? 1 : 0)),
    leaky_relu: elementwise((z) => (z > 0 ? z : LEAK * z), (z) => (z > 0 ? 1 : LEAK)),
    gelu: elementwise((z) => z * normalCumulative(z), (z) => normalCumulative(z) + z * normalDensity(z)),
    softplus: elementwise((z) => logAddExp(0, z), sigmoid),
    softmax: {
      value: (z) => z.map((one) => Math.exp(one - logSumExp(z))),
      pullBack: (z, a, upstream) => a.map((one, k) => one * (upstream[k] - dot(upstream, a))),
    },
  };

  const terms = (value) => (y, t) => y.map((one, k) => value(one, t[k]));
  const averaged = (slope) => (y, t) => y.map((one, k) => slope(one, t[k]) / y.length);

  /** By how much each output but that of the right class is above it less 1, if it is. */
  const margins = (y, t) => y.map((one, k) => Math.max(0, one - dot(y, t) + 1) * (1 - t[k]));

  /** By name: `value(y, t)` and `gradient(y, t)`; `fused` has both for the logits z of one activation. */
  const LOSSES = {
    half_squared_error: {
      value: (y, t) => 0.5 * sum(terms((a, b) => (a - b) ** 2)(y, t)),
      gradient: terms((a, b) => a - b),
    },
    mean_squared_error: {
      value: (y, t) => mean(terms((a, b) => (a - b) ** 2)(y, t)),
      gradient: averaged((a, b) => 2 * (a - b)),
    },
    mean_absolute_error: {
      value: (y, t) => mean(terms((a, b) => Math.abs(a - b))(y, t)),
      gradient: averaged((a, b) => Math.sign(a - b)),
    },
    huber: {
      value: (y, t) =>
        mean(terms((a, b) => (Math.abs(a - b) <= 1 ? 0.5 * (a - b) ** 2 : Math.abs(a - b) - 0.5))(y, t)),
      gradient: averaged((a, b) => Math.min(1, Math.max(-1, a - b))),
    },
    binary_cross_entropy: {
      value: (y, t) => -mean(terms((a, b) => b * log(a) + (1 - b) * log(1 - a))(y, t)),
      gradient: averaged((a, b) => (1 - b) * reciprocal(1 - a) - b * reciprocal(a)),
      fused: {
        activation: "sigmoid",
        value: (z, t) => mean(terms((a, b) => b * logAddExp(0, -a) + (1 - b) * logAddExp(0, a))(z, t)),
        gradient: averaged((a, b) => sigmoid(a) - b),
      },
    },
    categorical_cross_entropy: {
      value: (y, t) => -sum(terms((a, b) => b * log(a))(y, t)),
      gradient: terms((a, b) => -b * reciprocal(a)),
      fused: {
        activation: "softmax",
        value: (z, t) => sum(terms((a, b) => b * (logSumExp(z) - a))(z, t)),
        gradient: (z, t) => z.map((one, k) => Math.exp(one - logSumExp(z)) * sum(t) - t[k]),
      },
    },
    hinge: {
      value: (y, t) => (y.length === 1 ? Math.max(0, 1 - t[0] * y[0]) : sum(margins(y, t))),
      gradient(y, t) {
        if (y.length === 1) return [t[0] * y[0] < 1 ? -t[0] : 0];
        const over = margins(y, t).map((margin) => (margin > 0 ? 1 : 0));
        return over.map((one, k) => one - t[k] * sum(over));
      },
    },
  };

  return { ACTIVATIONS, LOSSES, erf, log, logSumExp };
})();

if (typeof module === "object") module.exports = storyreelFunctions;
