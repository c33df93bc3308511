// The engine's arithmetic: a network's forward pass, loss and gradients, and a step of its optimiser.
//
// A network is plain data, as the page has it: `inputs` (their names), `input` and `target` (their numbers),
// `layers` ({name, activation, weights: rows, bias: numbers or null, train_weights, train_bias}), `loss`,
// `reduction` ("mean" or "sum") and `l2` for the cost, `data`,
// `optimizer`, `settings` (its numbers by name), `learning_rate`, `schedule` ({kind, and its numbers} or null).
"use strict";

const storyreelNetwork = (() => {
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

  const descend = ({ learning_rate }, w, gradient) => [w - learning_rate * gradient];

  /** By name: of a parameter, its gradient, what was remembered of it and the number of the step, the new value
   *  and what to remember. */
  const OPTIMIZERS = {
    gradient_descent: descend,
    sgd: descend,
    momentum({ learning_rate, settings }, w, gradient, [before = 0]) {
      const velocity = settings.momentum * before - learning_rate * gradient;
      return [w + velocity, velocity];
    },
    rmsprop({ learning_rate, settings: { beta, epsilon } }, w, gradient, [before = 0]) {
      const square = beta * before + (1 - beta) * gradient ** 2;
      return [w - (learning_rate * gradient) / (Math.sqrt(square) + epsilon), square];
    },
    adam({ learning_rate, settings: { beta1, beta2, epsilon } }, w, gradient, [before = 0, below = 0], number) {
      const first = beta1 * before + (1 - beta1) * gradient;
      const second = beta2 * below + (1 - beta2) * gradient ** 2;
      const root = Math.sqrt(second / (1 - beta2 ** number));
      return [w - (learning_rate * (first / (1 - beta1 ** number))) / (root + epsilon), first, second];
    },
  };

  /** By name: the learning rate after so many steps, from that of the first step. */
  const SCHEDULES = {
    step: ({ step_size, gamma }, initial, steps) => initial * gamma ** Math.floor(steps / step_size),
    exponential: ({ gamma }, initial, steps) => initial * gamma ** steps,
    cosine: ({ steps: all, final }, initial, steps) =>
      final + 0.5 * (initial - final) * (1 + Math.cos((Math.PI * Math.min(steps, all)) / all)),
  };
  const rateAfter = ({ learning_rate, schedule }, steps) =>
    schedule ? SCHEDULES[schedule.kind](schedule, learning_rate, steps) : learning_rate;

  /** Whether activations, loss and optimiser are among those that are known here. Which examples are in a
   *  mini-batch is not. */
  const isKnown = (network) =>
    !network.batch_size &&
    network.loss in LOSSES &&
    network.optimizer in OPTIMIZERS &&
    network.layers.every((layer) => layer.activation in ACTIVATIONS);

  function fusion(network) {
    const { fused } = LOSSES[network.loss];
    return fused && fused.activation === network.layers.at(-1).activation ? fused : null;
  }

  /** Layer by layer the weighted sums z and the activations a; a[0] are the inputs. */
  function forward(network) {
    const z = [];
    const a = [network.input];
    for (const { weights, bias, activation } of network.layers) {
      const sums = weights.map((row, k) => dot(row, a.at(-1)) + (bias ? bias[k] : 0));
      z.push(sums);
      a.push(ACTIVATIONS[activation].value(sums));
    }
    const fused = fusion(network);
    const loss = fused
      ? fused.value(z.at(-1), network.target)
      : LOSSES[network.loss].value(a.at(-1), network.target);
    return { z, a, loss };
  }

  /** The gradients of the loss, from the last layer back to the inputs, arranged as `forward` arranges. */
  function backward(network, { z, a }) {
    const { layers, target } = network;
    const gradients = { z: [], a: [LOSSES[network.loss].gradient(a.at(-1), target)], weights: [] };
    const fused = fusion(network);
    for (let i = layers.length - 1; i >= 0; i--) {
      const { weights, activation } = layers[i];
      const delta =
        fused && i === layers.length - 1
          ? fused.gradient(z[i], target)
          : ACTIVATIONS[activation].pullBack(z[i], a[i + 1], gradients.a[0]);
      gradients.z.unshift(delta);
      gradients.weights.unshift(delta.map((gradient) => a[i].map((cameIn) => gradient * cameIn)));
      gradients.a.unshift(a[i].map((_, j) => dot(delta, weights.map((row) => row[j]))));
    }
    return gradients;
  }

  /** The names of the quantities, as the lesson speaks of them, arranged as `forward` arranges. */
  function names(network) {
    const numbered = (name, count) =>
      count === 1 ? [name] : Array.from({ length: count }, (_, k) => `${name}[${k}]`);
    const all = { a: [network.inputs], z: [], weights: [], biases: [], target: [] };
    network.layers.forEach(({ name, weights, bias }, i) => {
      const [size, inputs, number] = [weights.length, weights[0].length, i + 1];
      const single = size === 1 && inputs === 1;
      all.weights.push(
        weights.map((row, k) => row.map((_, j) => (single ? `w${number}` : `W${number}[${k},${j}]`))),
      );
      all.biases.push(bias ? numbered(`b${number}`, size) : []);
      all.z.push(numbered(`z${number}`, size));
      all.a.push(numbered(name || `a${number}`, size));
    });
    all.target = numbered("target", network.target.length);
    return all;
  }

  /** The L2 penalty of the weights. */
  const penalty = ({ l2, layers }) =>
    l2 ? 0.5 * l2 * sum(layers.flatMap(({ weights }) => weights.flat().map((w) => w * w))) : 0;

  /** The cost, the mean or the sum of the losses of all examples with the L2 penalty, and its gradients by layer. */
  function cost(network) {
    const { input, target, data, l2 } = network;
    const meanOf = network.reduction === "sum" ? sum : mean;
    const each = (data?.length ? data : [{ input, target }]).map((example) => {
      const its = { ...network, ...example };
      const passed = forward(its);
      return { loss: passed.loss, ...backward(its, passed) };
    });
    return {
      value: meanOf(each.map(({ loss }) => loss)) + penalty(network),
      weights: network.layers.map(({ weights }, i) =>
        weights.map((row, k) => row.map((w, j) => meanOf(each.map((one) => one.weights[i][k][j])) + (l2 ?? 0) * w)),
      ),
      z: network.layers.map(({ weights }, i) => weights.map((_, k) => meanOf(each.map((one) => one.z[i][k])))),
    };
  }

  const hasCost = (network) => Boolean(network.data?.length || network.l2);

  /** By name: the value of every quantity, the gradient of every one but the targets, and with data the cost
   *  and its gradients by weights and biases. */
  function run(network) {
    const passed = forward(network);
    const back = backward(network, passed);
    const called = names(network);
    const values = {};
    const gradients = {};
    const put = (those, numbers, slopes) =>
      those.forEach((name, k) => {
        values[name] = numbers[k];
        if (slopes) gradients[name] = slopes[k];
      });
    put(called.a[0], passed.a[0], back.a[0]);
    network.layers.forEach(({ weights, bias }, i) => {
      weights.forEach((row, k) => put(called.weights[i][k], row, back.weights[i][k]));
      put(called.biases[i], bias, back.z[i]);
      put(called.z[i], passed.z[i], back.z[i]);
      put(called.a[i + 1], passed.a[i + 1], back.a[i + 1]);
    });
    put(called.target, network.target, null);
    put(["loss"], [passed.loss], [1]);
    const costGradients = {};
    if (hasCost(network)) {
      const all = cost(network);
      values.cost = all.value;
      network.layers.forEach((_, i) => {
        called.weights[i].forEach((row, k) => row.forEach((name, j) => (costGradients[name] = all.weights[i][k][j])));
        called.biases[i].forEach((name, k) => (costGradients[name] = all.z[i][k]));
      });
    }
    return { values, gradients, costGradients };
  }

  /** The network after one step of its optimiser, which `steps` counts and `memory` remembers: on the cost
   *  where there is one, else on the loss. */
  function step(network) {
    const back = hasCost(network) ? cost(network) : backward(network, forward(network));
    const [steps, memory] = [(network.steps ?? 0) + 1, []];
    const now = { ...network, learning_rate: rateAfter(network, steps - 1) };
    const decay = now.learning_rate * (network.settings.weight_decay ?? 0);
    const moved = (numbers, slopes, isTrained, isWeight) =>
      numbers.map((w, k) => {
        if (!isTrained) return w;
        const remembered = network.memory?.[memory.length] ?? [];
        const [value, ...kept] = OPTIMIZERS[network.optimizer](now, w, slopes[k], remembered, steps);
        memory.push(kept);
        return isWeight ? value - decay * w : value;
      });
    const layers = network.layers.map((layer, i) => ({
      ...layer,
      weights: layer.weights.map((row, k) => moved(row, back.weights[i][k], layer.train_weights, true)),
      bias: layer.bias && moved(layer.bias, back.z[i], layer.train_bias, false),
    }));
    return { ...network, layers, steps, memory };
  }

  return { ACTIVATIONS, LOSSES, erf, isKnown, names, run, step };
})();

if (typeof module === "object") module.exports = storyreelNetwork;
