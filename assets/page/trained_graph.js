// A graph with its parameters: its numbers by the lesson's names, its cost, and a step of its optimiser.
//
// A graph is plain data, as the page has it: `graph` (what `graph.js` computes), `given` (arrays by name),
// `parameters` ([name, whether it is a weight], none if it is not trained), `data` (of other given ones, by name, an
// array with a row for each example), and what `training.js` needs.
"use strict";

const storyreelTrainedGraph = (() => {
  const graph = typeof module === "object" ? require("./graph.js") : storyreelGraph;
  const training = typeof module === "object" ? require("./training.js") : storyreelTraining;

  const isTrained = ({ parameters, batch_size }) => parameters.length > 0 && !batch_size;

  /** Whether operations and optimiser are among those that are known here. */
  const isKnown = (lesson) => graph.isKnown(lesson.graph) && (!isTrained(lesson) || training.isKnown(lesson));

  /** What the graph is given for each example of the data; for its own one if there is no data. */
  function examples({ given, data }) {
    const columns = Object.entries(data);
    if (!columns.length) return [given];
    return Array.from({ length: columns[0][1].shape[0] }, (_, row) => {
      const own = columns.map(([name, { shape, numbers }]) => {
        const size = numbers.length / shape[0];
        return [name, { shape: shape.slice(1), numbers: numbers.slice(row * size, (row + 1) * size) }];
      });
      return { ...given, ...Object.fromEntries(own) };
    });
  }

  /** The parameters as `training.js` takes them. */
  const parts = ({ given, parameters }) =>
    parameters.map(([name, isWeight]) => ({ numbers: given[name].numbers, isWeight, isTrained: true }));

  const hasCost = ({ parameters, data, l2 }) => parameters.length > 0 && Boolean(Object.keys(data).length || l2);

  /** What training lowers, the cost or the output, as `value`, and the gradients of the parameters. */
  function objective(lesson) {
    const every = examples(lesson).map((given) => graph.run(lesson.graph, given));
    const mean = (number) => every.reduce((total, passed) => total + number(passed), 0) / every.length;
    const slopes = parts(lesson).map((part, i) => {
      const [name] = lesson.parameters[i];
      return { ...part, gradient: part.numbers.map((_, k) => mean(({ gradients }) => gradients[name].numbers[k])) };
    });
    const loss = mean(({ values }) => values[lesson.graph.output].numbers[0]);
    return training.cost(lesson, every.length, loss, slopes);
  }

  /** By name: the value of every number that has one, its gradient, and of what is trained with data or L2 the cost
   *  and its gradients. `arrays` are all arrays, also of parts of formulas. */
  function run(lesson) {
    const passed = graph.run(lesson.graph, lesson.given);
    const [values, gradients, costGradients] = [{}, {}, {}];
    for (const [name] of lesson.graph.nodes.filter(([name]) => !name.includes("/")))
      graph.numbered(name, passed.values[name]).forEach((one, k) => {
        values[one] = passed.values[name].numbers[k];
        gradients[one] = passed.gradients[name].numbers[k];
      });
    if (hasCost(lesson)) {
      const cost = objective(lesson);
      values.cost = cost.value;
      lesson.parameters.forEach(([name], i) =>
        graph.numbered(name, lesson.given[name]).forEach((one, k) => (costGradients[one] = cost.gradients[i][k])),
      );
    }
    return { values, gradients, costGradients, arrays: passed };
  }

  /** The graph after one step of its optimiser: on the cost where there is one, else on the output. */
  function step(lesson) {
    const { numbers, ...counted } = training.step(lesson, parts(lesson), objective(lesson).gradients);
    const after = lesson.parameters.map(([name], i) => [name, { ...lesson.given[name], numbers: numbers[i] }]);
    return { ...lesson, ...counted, given: { ...lesson.given, ...Object.fromEntries(after) } };
  }

  return { isKnown, isTrained, run, step };
})();

if (typeof module === "object") module.exports = storyreelTrainedGraph;
