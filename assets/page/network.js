// A network of layers: the numbers of its graph by the lesson's names, its cost, and a step of its optimiser.
//
// A network is plain data, as the page has it: `inputs` (their names), `input` and `target` (their numbers),
// `layers` ({name, activation, weights: rows, bias: numbers or null, train_weights, train_bias}), `loss`,
// `reduction` ("mean" or "sum") and `l2` for the cost, `data`, `graph` (what `graph.js` computes, for a batch),
// `optimizer`, `settings` (its numbers by name), `learning_rate`, `schedule` ({kind, and its numbers} or null).
"use strict";

const storyreelNetwork = (() => {
  const graph = typeof module === "object" ? require("./graph.js") : storyreelGraph;

  const sum = (numbers) => numbers.reduce((total, number) => total + number, 0);

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

  /** Whether operations and optimiser are among those that are known here. Which examples are in a mini-batch is
   *  not. */
  const isKnown = (network) =>
    !network.batch_size && network.optimizer in OPTIMIZERS && Boolean(network.graph) && graph.isKnown(network.graph);

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

  /** What the graph is given: its arrays by name, for examples ({input, target}). */
  function given({ layers }, examples) {
    const rows = (key) => graph.arrayOf(examples.map((example) => example[key]));
    const arrays = { a0: rows("input"), target: rows("target") };
    layers.forEach(({ weights, bias }, i) => {
      arrays[`W${i + 1}`] = graph.arrayOf(weights);
      if (bias) arrays[`b${i + 1}`] = graph.arrayOf(bias);
    });
    return arrays;
  }

  /** The values of the graph and its gradients, for examples. */
  function passes(network, examples) {
    const { values, gradients } = graph.run(network.graph, given(network, examples));
    const last = `a${network.layers.length}`;
    // Where the loss is one operation with the last activation, the graph does not go through that.
    const [upstream, its, inputs] = [gradients["loss/1"], values["loss/1"], [values[last], values.target]];
    gradients[last] = graph.operation([network.loss, []]).pullBack(upstream, its, inputs)[0];
    return { values, gradients };
  }

  const hasCost = (network) => Boolean(network.data?.length || network.l2);

  /** What training lowers, the cost or the loss, as `value`, and its gradients by the graph's names of parameters:
   *  of the mean or the sum of the losses of all examples, with the L2 penalty. */
  function objective(network) {
    const { data, l2 = 0, layers } = network;
    const examples = data?.length ? data : [network];
    const { values, gradients } = passes(network, examples);
    const factor = network.reduction === "sum" ? examples.length : 1;
    const slopes = (name, weights) =>
      gradients[name]?.numbers.map((slope, k) => factor * slope + (weights ? l2 * weights[k] : 0));
    const every = layers.map(({ weights }) => weights.flat());
    const penalty = 0.5 * l2 * sum(every.flat().map((w) => w * w));
    return {
      value: factor * values.loss.numbers[0] + penalty,
      weights: every.map((weights, i) => slopes(`W${i + 1}`, weights)),
      biases: layers.map((_, i) => slopes(`b${i + 1}`)),
    };
  }

  /** By name: the value of every quantity, the gradient of every one but the targets, and with data the cost
   *  and its gradients by weights and biases. */
  function run(network) {
    const called = names(network);
    const passed = passes(network, [network]);
    const [values, gradients, costGradients] = [{}, {}, {}];
    const put = (those, node) =>
      those.forEach((name, k) => {
        values[name] = passed.values[node].numbers[k];
        if (node !== "target") gradients[name] = passed.gradients[node].numbers[k];
      });
    put(called.a[0], "a0");
    network.layers.forEach((_, i) => {
      put(called.weights[i].flat(), `W${i + 1}`);
      put(called.biases[i], `b${i + 1}`);
      put(called.z[i], `z${i + 1}`);
      put(called.a[i + 1], `a${i + 1}`);
    });
    put(called.target, "target");
    put(["loss"], "loss");
    if (hasCost(network)) {
      const cost = objective(network);
      values.cost = cost.value;
      network.layers.forEach((_, i) => {
        called.weights[i].flat().forEach((name, k) => (costGradients[name] = cost.weights[i][k]));
        called.biases[i].forEach((name, k) => (costGradients[name] = cost.biases[i][k]));
      });
    }
    return { values, gradients, costGradients };
  }

  /** The network after one step of its optimiser, which `steps` counts and `memory` remembers: on the cost
   *  where there is one, else on the loss. */
  function step(network) {
    const slopes = objective(network);
    const [steps, memory] = [(network.steps ?? 0) + 1, []];
    const now = { ...network, learning_rate: rateAfter(network, steps - 1) };
    const decay = now.learning_rate * (network.settings.weight_decay ?? 0);
    const moved = (numbers, gradient, isTrained, isWeight) =>
      numbers.map((w, k) => {
        if (!isTrained) return w;
        const remembered = network.memory?.[memory.length] ?? [];
        const [value, ...kept] = OPTIMIZERS[network.optimizer](now, w, gradient[k], remembered, steps);
        memory.push(kept);
        return isWeight ? value - decay * w : value;
      });
    const layers = network.layers.map((layer, i) => {
      const [size, weights] = [layer.weights[0].length, layer.weights.flat()];
      const after = moved(weights, slopes.weights[i], layer.train_weights, true);
      return {
        ...layer,
        weights: layer.weights.map((_, k) => after.slice(k * size, (k + 1) * size)),
        bias: layer.bias && moved(layer.bias, slopes.biases[i], layer.train_bias, false),
      };
    });
    return { ...network, layers, steps, memory };
  }

  return { isKnown, names, run, step };
})();

if (typeof module === "object") module.exports = storyreelNetwork;
