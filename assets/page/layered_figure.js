// What a figure shows of a network of layers, and which of its numbers it lets one change.
"use strict";

const storyreelLayered = (() => {
  const { say, count: counted, nameOf, ofCost } = storyreelWords;
  const RATE = "learning_rate";

  /** By name, the array and the index where a network has each number that can be changed. */
  function places(network) {
    const names = storyreelNetwork.names(network);
    const found = new Map([[RATE, { kind: RATE, array: network, index: RATE }]]);
    const put = (kind, those, array) =>
      those.forEach((name, index) => found.set(name, { kind, array, index }));
    put("input", names.a[0], network.input);
    network.layers.forEach(({ weights, bias }, i) => {
      weights.forEach((row, k) => put("weight", names.weights[i][k], row));
      if (bias) put("bias", names.biases[i], bias);
    });
    put("target", names.target, network.target);
    return found;
  }

  /** The network in words. */
  function described({ inputs, layers, loss, data, reduction, l2 }) {
    const each = layers.map(({ weights, activation }, i) => {
      const neurons = counted(weights.length, "neuron_count", "neurons_count");
      const layer = say(i === layers.length - 1 ? "output_layer" : "hidden_layer", { number: i + 1, neurons });
      return activation === "identity" ? layer : say("with_activation", { layer, activation: nameOf(activation) });
    });
    const parts = [counted(inputs.length, "input_count", "inputs_count"), ...each, say("loss_is", nameOf(loss))];
    parts.push(...ofCost(data?.length, reduction, l2));
    return `${parts.join("; ")}. ${say("numbers_below")}`;
  }

  /** What comes out, in words: pairs of a word and the name of a quantity. */
  function results(network, values) {
    const outputs = storyreelNetwork.names(network).a.at(-1);
    const largest = outputs.reduce((best, name) => (values[name] > values[best] ? name : best));
    return [
      [say(outputs.length === 1 ? "prediction" : "largest_output"), largest],
      [say("loss"), "loss"],
      ...("cost" in values ? [[say("cost"), "cost"]] : []),
    ];
  }

  const { isKnown, run, step } = storyreelNetwork;
  const isTrained = () => true;
  return { isKnown, isTrained, places, described, results, run, step, diagram: storyreelDiagram };
})();
