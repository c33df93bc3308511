// A network of layers: the numbers of its graph by the lesson's names, its cost, and a step of its optimiser.
//
// A network is plain data, as the page has it: `inputs` (their names), `input` and `target` (their numbers),
// `layers` ({name, activation, weights: rows, bias: numbers or null, train_weights, train_bias}), `loss`,
// `data`, `graph` (what `graph.js` computes, for a batch), and what `training.js` needs.
"use strict";

const storyreelNetwork = (() => {
  const graph = typeof module === "object" ? require("./graph.js") : storyreelGraph;
  const training = typeof module === "object" ? require("./training.js") : storyreelTraining;

  /** Whether operations and optimiser are among those that are known here. */
  const isKnown = (network) => training.isKnown(network) && Boolean(network.graph) && graph.isKnown(network.graph);

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

  /** Weights and biases, layer by layer, as `training.js` takes them. */
  const parts = ({ layers }) =>
    layers.flatMap(({ weights, bias, train_weights, train_bias }) => [
      { numbers: weights.flat(), isWeight: true, isTrained: train_weights },
      { numbers: bias ?? [], isWeight: false, isTrained: train_bias },
    ]);

  /** What training lowers, the cost or the loss, as `value`, and the gradients of `parts`. */
  function objective(network) {
    const examples = network.data?.length ? network.data : [network];
    const { values, gradients } = passes(network, examples);
    const names = network.layers.flatMap((_, i) => [`W${i + 1}`, `b${i + 1}`]);
    const slopes = parts(network).map((part, k) => ({ ...part, gradient: gradients[names[k]]?.numbers ?? [] }));
    return training.cost(network, examples.length, values.loss.numbers[0], slopes);
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
      network.layers
        .flatMap((_, i) => [called.weights[i].flat(), called.biases[i]])
        .forEach((those, part) => those.forEach((name, k) => (costGradients[name] = cost.gradients[part][k])));
    }
    return { values, gradients, costGradients };
  }

  /** The network after one step of its optimiser, which `steps` counts and `memory` remembers: on the cost
   *  where there is one, else on the loss. */
  function step(network) {
    const { numbers, ...counted } = training.step(network, parts(network), objective(network).gradients);
    const layers = network.layers.map((layer, i) => {
      const [size, after] = [layer.weights[0].length, numbers[2 * i]];
      return {
        ...layer,
        weights: layer.weights.map((_, k) => after.slice(k * size, (k + 1) * size)),
        bias: layer.bias && numbers[2 * i + 1],
      };
    });
    return { ...network, ...counted, layers };
  }

  return { isKnown, names, run, step };
})();

if (typeof module === "object") module.exports = storyreelNetwork;
