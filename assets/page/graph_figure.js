// What a figure shows of a graph of operations, and which of its numbers it lets one change.
//
// The data of a graph: `graph` (what `graph.js` computes), `given` (arrays by name), `kinds` of what is given.
"use strict";

const storyreelGraphFigure = (() => {
  const { say, count: counted } = storyreelWords;

  /** By name, the array and the index where a graph has each number that can be changed. */
  function places({ given, kinds }) {
    const found = new Map();
    for (const [name, array] of Object.entries(given))
      storyreelGraph
        .numbered(name, array)
        .forEach((one, index) => found.set(one, { kind: kinds[name], array: array.numbers, index }));
    return found;
  }

  /** By name: the value of every number that has one, and its gradient. */
  function run({ graph, given }) {
    const passed = storyreelGraph.run(graph, given);
    const [values, gradients] = [{}, {}];
    for (const [name] of graph.nodes.filter(([name]) => !name.includes("/")))
      storyreelGraph.numbered(name, passed.values[name]).forEach((one, k) => {
        values[one] = passed.values[name].numbers[k];
        gradients[one] = passed.gradients[name].numbers[k];
      });
    return { values, gradients, costGradients: {}, arrays: passed };
  }

  /** The graph in words. */
  const described = ({ given }) =>
    `${counted(Object.keys(given).length, "input_count", "inputs_count")}. ${say("numbers_below")}`;

  const results = ({ graph }) => [["", graph.output]];
  const isKnown = ({ graph }) => storyreelGraph.isKnown(graph);
  return { isKnown, places, described, results, run, step: null, diagram: storyreelGraphDiagram };
})();
