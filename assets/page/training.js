// A step of training, as the engine's optimisers do it, of a network of layers and of a graph.
//
// How something is trained is plain data: `optimizer`, `settings` (its numbers by name), `learning_rate`, `schedule`
// ({kind, and its numbers} or null), `batch_size`, `l2` and `reduction` ("mean" or "sum") for the cost.
"use strict";

const storyreelTraining = (() => {
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

  /** Whether the optimiser is one that is known here. Which examples are in a mini-batch is not. */
  const isKnown = ({ batch_size, optimizer }) => !batch_size && optimizer in OPTIMIZERS;

  /** The cost of so many examples, as `value`, and the gradients of `parts`, ({numbers, gradient, isWeight}), from
   *  those of the mean loss: of the mean or the sum of the losses, with the L2 penalty. */
  function cost({ reduction, l2 = 0 }, examples, meanLoss, parts) {
    const factor = reduction === "sum" ? examples : 1;
    const weights = parts.filter(({ isWeight }) => isWeight).flatMap(({ numbers }) => numbers);
    return {
      value: factor * meanLoss + 0.5 * l2 * sum(weights.map((w) => w * w)),
      gradients: parts.map(({ numbers, gradient, isWeight }) =>
        gradient.map((slope, k) => factor * slope + (isWeight ? l2 * numbers[k] : 0)),
      ),
    };
  }

  /** What there is after one step: the `numbers` of each of `parts` ({numbers, isWeight, isTrained}), whose
   *  gradients these are, `steps`, which counts them, and `memory`, what the optimiser remembers. */
  function step(its, parts, gradients) {
    const [steps, memory] = [(its.steps ?? 0) + 1, []];
    const now = { ...its, learning_rate: rateAfter(its, steps - 1) };
    const decay = now.learning_rate * (its.settings.weight_decay ?? 0);
    const numbers = parts.map(({ numbers, isWeight, isTrained }, i) =>
      numbers.map((w, k) => {
        if (!isTrained) return w;
        const remembered = its.memory?.[memory.length] ?? [];
        const [value, ...kept] = OPTIMIZERS[its.optimizer](now, w, gradients[i][k], remembered, steps);
        memory.push(kept);
        return isWeight ? value - decay * w : value;
      }),
    );
    return { numbers, steps, memory };
  }

  return { cost, isKnown, step };
})();

if (typeof module === "object") module.exports = storyreelTraining;
