// What a figure shows of a graph of operations, and which of its numbers it lets one change.
//
// The data of a graph is what `trained_graph.js` takes, with the `kinds` of what is given.
"use strict";

const storyreelGraphFigure = (() => {
  const { say, count: counted, ofCost } = storyreelWords;
  const { isKnown, isTrained, run, step } = storyreelTrainedGraph;
  const RATE = "learning_rate";

  /** By name, the array and the index where a graph has each number that can be changed. */
  function places(lesson) {
    const { given, kinds } = lesson;
    const found = new Map(isTrained(lesson) ? [[RATE, { kind: RATE, array: lesson, index: RATE }]] : []);
    for (const [name, array] of Object.entries(given))
      storyreelGraph
        .numbered(name, array)
        .forEach((one, index) => found.set(one, { kind: kinds[name], array: array.numbers, index }));
    return found;
  }

  /** The graph in words. */
  function described({ given, data, reduction, l2 }) {
    const parts = [counted(Object.keys(given).length, "input_count", "inputs_count")];
    const [column] = Object.values(data);
    return `${[...parts, ...ofCost(column?.shape[0], reduction, l2)].join("; ")}. ${say("numbers_below")}`;
  }

  const results = ({ graph }, values) => [
    ["", graph.output],
    ...("cost" in values ? [[say("cost"), "cost"]] : []),
  ];
  return { isKnown, isTrained, places, described, results, run, step, diagram: storyreelGraphDiagram };
})();
