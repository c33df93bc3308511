// The engine's arithmetic: the forward and the backward pass through a list of operations.
//
// A graph is plain data, as `storyreel.engine.graph.serialization` writes it: `output` (a name) and `nodes`, each
// [name, [operation, settings, text], names of its inputs], or for a given one [name, null, []].
// An array is {shape, numbers}, with its numbers row by row; a single number has the shape [].
"use strict";

const storyreelGraph = (() => {
  const { ACTIVATIONS, LOSSES, log, logSumExp } =
    typeof module === "object" ? require("./functions.js") : storyreelFunctions;

  const product = (numbers) => numbers.reduce((total, number) => total * number, 1);
  const sum = (numbers) => numbers.reduce((total, number) => total + number, 0);
  const filled = (shape, number) => ({ shape, numbers: new Array(product(shape)).fill(number) });
  const single = (number) => ({ shape: [], numbers: [number] });

  /** The shape to which these are broadcast. */
  function broadcast(shapes) {
    const axes = Math.max(...shapes.map((shape) => shape.length));
    const padded = shapes.map((shape) => [...new Array(axes - shape.length).fill(1), ...shape]);
    return Array.from({ length: axes }, (_, axis) => Math.max(...padded.map((shape) => shape[axis])));
  }

  /** For each number of an array of the shape `whole`, the place in one of `shape` that is broadcast to it. */
  function places(shape, whole) {
    const first = whole.length - shape.length;
    return Array.from({ length: product(whole) }, (_, number) => {
      let [place, stride, rest] = [0, 1, number];
      for (let axis = whole.length - 1; axis >= first; axis--) {
        const size = shape[axis - first];
        if (size > 1) place += (rest % whole[axis]) * stride;
        stride *= size;
        rest = Math.floor(rest / whole[axis]);
      }
      return place;
    });
  }

  /** An operation on numbers, done to each element; each slope is a function of the value and the inputs. */
  function elementwise(value, ...slopes) {
    const aligned = (inputs) => {
      const shape = broadcast(inputs.map((input) => input.shape));
      const at = inputs.map((input) => places(input.shape, shape));
      return { shape, at, taken: (k) => inputs.map((input, n) => input.numbers[at[n][k]]) };
    };
    return {
      forward(inputs) {
        const { shape, taken } = aligned(inputs);
        return { shape, numbers: Array.from({ length: product(shape) }, (_, k) => value(...taken(k))) };
      },
      pullBack(upstream, its, inputs) {
        const { at, taken } = aligned(inputs);
        return inputs.map((input, n) => {
          const total = filled(input.shape, 0);
          const slope = slopes[n] ?? slopes[0];
          upstream.numbers.forEach((gradient, k) => {
            total.numbers[at[n][k]] += gradient * slope(its.numbers[k], ...taken(k), n);
          });
          return total;
        });
      },
    };
  }

  const largestOfAll = {
    forward: ([x]) => single(Math.max(...x.numbers)),
    pullBack(upstream, value, [x]) {
      const winners = x.numbers.filter((number) => number === value.numbers[0]).length;
      const share = upstream.numbers[0] / winners;
      return [{ ...x, numbers: x.numbers.map((number) => (number === value.numbers[0] ? share : 0)) }];
    },
  };
  const largestOfEach = elementwise(Math.max, (value, ...inputs) => {
    const n = inputs.pop();
    return inputs[n] === value ? 1 / inputs.filter((input) => input === value).length : 0;
  });
  const largest = (inputs) => (inputs.length === 1 ? largestOfAll : largestOfEach);

  /** The rows of a matrix, and of a vector that is a row or a column. */
  function matrix({ shape, numbers }, isColumn) {
    const [rows, columns] = shape.length === 2 ? shape : isColumn ? [shape[0], 1] : [1, shape[0]];
    return Array.from({ length: rows }, (_, i) => numbers.slice(i * columns, (i + 1) * columns));
  }
  const transposed = (rows) => rows[0].map((_, j) => rows.map((row) => row[j]));
  const multiplied = (left, right) => {
    const columns = transposed(right);
    return left.map((row) => columns.map((column) => sum(row.map((number, k) => number * column[k]))));
  };
  const ofShape = (shape, rows) => ({ shape, numbers: rows.flat() });

  const matmul = {
    forward([left, right]) {
      const rows = multiplied(matrix(left, false), matrix(right, true));
      return ofShape([...left.shape.slice(0, -1), ...right.shape.slice(1)], rows);
    },
    pullBack(upstream, value, [left, right]) {
      const [rows, columns] = [matrix(left, false), matrix(right, true)];
      const width = columns[0].length;
      const full = rows.map((_, i) => upstream.numbers.slice(i * width, (i + 1) * width));
      return [
        ofShape(left.shape, multiplied(full, transposed(columns))),
        ofShape(right.shape, multiplied(transposed(rows), full)),
      ];
    },
  };

  const concat = {
    forward(inputs) {
      const shapes = inputs.map(({ shape }) => (shape.length ? shape : [1]));
      const numbers = inputs.flatMap((input) => input.numbers);
      return { shape: [sum(shapes.map(([first]) => first)), ...shapes[0].slice(1)], numbers };
    },
    pullBack(upstream, value, inputs) {
      let start = 0;
      return inputs.map(({ shape }) => {
        const end = start + product(shape);
        const part = { shape, numbers: upstream.numbers.slice(start, end) };
        start = end;
        return part;
      });
    },
  };

  /** Calls `each` with the places, in value, image and kernel, of all products of a convolution. */
  function convolve(image, kernel, each) {
    const [channels, height, width] = [1, ...image.shape].slice(-3);
    const [outputs, , rows, columns] = [1, 1, ...kernel.shape].slice(-4);
    const [high, wide] = [height - rows + 1, width - columns + 1];
    for (let f = 0; f < outputs; f++)
      for (let y = 0; y < high; y++)
        for (let x = 0; x < wide; x++)
          for (let c = 0; c < channels; c++)
            for (let i = 0; i < rows; i++)
              for (let j = 0; j < columns; j++)
                each(
                  (f * high + y) * wide + x,
                  (c * height + y + i) * width + x + j,
                  ((f * channels + c) * rows + i) * columns + j,
                );
    return [...kernel.shape.slice(0, -3), high, wide];
  }
  const conv2d = {
    forward([image, kernel]) {
      const numbers = [];
      const shape = convolve(image, kernel, (k, i, j) => {
        numbers[k] = (numbers[k] ?? 0) + image.numbers[i] * kernel.numbers[j];
      });
      return { shape, numbers };
    },
    pullBack(upstream, value, [image, kernel]) {
      const [byImage, byKernel] = [filled(image.shape, 0), filled(kernel.shape, 0)];
      convolve(image, kernel, (k, i, j) => {
        byImage.numbers[i] += upstream.numbers[k] * kernel.numbers[j];
        byKernel.numbers[j] += upstream.numbers[k] * image.numbers[i];
      });
      return [byImage, byKernel];
    },
  };

  /** The rows along an array's last axis; a single number is a row of one. */
  function layers({ shape, numbers }) {
    const width = shape.at(-1) ?? 1;
    return Array.from({ length: numbers.length / width }, (_, k) => numbers.slice(k * width, (k + 1) * width));
  }

  const activation = (row) => ({
    forward: ([z]) => ofShape(z.shape, layers(z).map(row.value)),
    pullBack(upstream, value, [z]) {
      const [a, back] = [layers(value), layers(upstream)];
      return [ofShape(z.shape, layers(z).map((its, k) => row.pullBack(its, a[k], back[k])))];
    },
  });

  const terms = (slope) => (y, t) => y.map((one, k) => slope(one, t[k], y.length));
  /** By name of the loss, or of loss and activation together: its derivative with respect to the targets. */
  const BY_TARGET = {
    half_squared_error: terms((y, t) => t - y),
    mean_squared_error: terms((y, t, count) => (2 * (t - y)) / count),
    mean_absolute_error: terms((y, t, count) => Math.sign(t - y) / count),
    huber: terms((y, t, count) => Math.min(1, Math.max(-1, t - y)) / count),
    binary_cross_entropy: terms((y, t, count) => (log(1 - y) - log(y)) / count),
    categorical_cross_entropy: terms((y) => -log(y)),
    binary_cross_entropy_of_sigmoid: terms((z, t, count) => -z / count),
    categorical_cross_entropy_of_softmax: (z) => z.map((one) => logSumExp(z) - one),
    hinge(y, t) {
      if (y.length === 1) return [t[0] * y[0] < 1 ? -y[0] : 0];
      const right = sum(y.map((one, k) => one * t[k]));
      const above = y.map((one) => one - right + 1);
      const over = above.map((one, k) => (one * (1 - t[k]) > 0 ? 1 : 0));
      const total = sum(over.map((one, k) => one * (1 - t[k])));
      return y.map((one, k) => -one * total - over[k] * above[k]);
    },
  };
  const loss = (name, row) => ({
    forward([y, t]) {
      const targets = layers(t);
      return { shape: y.shape.slice(0, -1), numbers: layers(y).map((its, k) => row.value(its, targets[k])) };
    },
    pullBack(upstream, value, [y, t]) {
      const targets = layers(t);
      return [row.gradient, BY_TARGET[name]].map((derivative) =>
        ofShape(
          y.shape,
          layers(y).map((its, k) => derivative(its, targets[k]).map((slope) => slope * upstream.numbers[k])),
        ),
      );
    },
  });

  const constant = ([number]) => ({ forward: () => single(number), pullBack: () => [] });
  function element(index) {
    const range = ({ shape }) => {
      const size = product(shape.slice(index.length));
      const start = index.reduce((place, k, axis) => place + k * product(shape.slice(axis + 1)), 0);
      return [start, start + size];
    };
    return {
      forward: ([x]) => ({ shape: x.shape.slice(index.length), numbers: x.numbers.slice(...range(x)) }),
      pullBack(upstream, value, [x]) {
        const gradient = filled(x.shape, 0);
        gradient.numbers.splice(range(x)[0], upstream.numbers.length, ...upstream.numbers);
        return [gradient];
      },
    };
  }

  /** By name: `forward(inputs)`, and `pullBack(upstream, value, inputs)`, the gradients of the inputs. */
  const OPERATIONS = {
    ...Object.fromEntries(Object.entries(ACTIVATIONS).map(([name, row]) => [name, activation(row)])),
    ...Object.fromEntries(Object.entries(LOSSES).map(([name, row]) => [name, loss(name, row)])),
    ...Object.fromEntries(
      Object.entries(LOSSES)
        .filter(([, row]) => row.fused)
        .map(([name, row]) => [`${name}_of_${row.fused.activation}`, row.fused])
        .map(([name, row]) => [name, loss(name, row)]),
    ),
    add: elementwise((x, y) => x + y, () => 1, () => 1),
    subtract: elementwise((x, y) => x - y, () => 1, () => -1),
    multiply: elementwise((x, y) => x * y, (_, x, y) => y, (_, x) => x),
    divide: elementwise((x, y) => x / y, (_, x, y) => 1 / y, (_, x, y) => -x / y ** 2),
    power: elementwise(
      (x, y) => x ** y,
      (_, x, y) => (y === 0 ? 0 : y * x ** (y - 1)),
      (value, x, y) => (x === 0 && y >= 0 ? 0 : value * Math.log(x)),
    ),
    negative: elementwise((x) => -x, () => -1),
    exp: elementwise(Math.exp, (value) => value),
    log: elementwise(Math.log, (_, x) => 1 / x),
    sqrt: elementwise(Math.sqrt, (value) => 0.5 / value),
    sin: elementwise(Math.sin, (_, x) => Math.cos(x)),
    cos: elementwise(Math.cos, (_, x) => -Math.sin(x)),
    abs: elementwise(Math.abs, (_, x) => Math.sign(x)),
    max: {
      forward: (inputs) => largest(inputs).forward(inputs),
      pullBack: (upstream, value, inputs) => largest(inputs).pullBack(upstream, value, inputs),
    },
    sum: {
      forward: ([x]) => single(sum(x.numbers)),
      pullBack: (upstream, value, [x]) => [filled(x.shape, upstream.numbers[0])],
    },
    mean: {
      forward: ([x]) => single(sum(x.numbers) / x.numbers.length),
      pullBack: (upstream, value, [x]) => [filled(x.shape, upstream.numbers[0] / x.numbers.length)],
    },
    dot: matmul,
    matmul,
    transpose: {
      forward: ([x]) => ofShape([...x.shape].reverse(), transposed(matrix(x))),
      pullBack: (upstream, value, [x]) => [ofShape(x.shape, transposed(matrix(upstream)))],
    },
    flatten: {
      forward: ([x]) => ({ shape: [x.numbers.length], numbers: x.numbers }),
      pullBack: (upstream, value, [x]) => [{ shape: x.shape, numbers: upstream.numbers }],
    },
    concat,
    conv2d,
  };

  /** The operation of a node, as the graph has it. */
  function operation([name, settings]) {
    if (name === "constant") return constant(settings);
    return name === "element" ? element(settings) : OPERATIONS[name];
  }

  /** Whether all operations are among those that are known here. */
  const isKnown = ({ nodes }) => nodes.every(([, its]) => its === null || operation(its));

  /** The value of every node, by name, for the arrays that are given. */
  function forward({ nodes }, given) {
    const values = {};
    for (const [name, its, inputs] of nodes)
      values[name] = its === null ? given[name] : operation(its).forward(inputs.map((input) => values[input]));
    return values;
  }

  /** The gradient of every node, by name: where paths meet, what comes back along them adds up. */
  function backward({ nodes, output }, values) {
    const gradients = { [output]: single(1) };
    for (const [name, its, inputs] of [...nodes].reverse()) {
      const upstream = (gradients[name] ??= filled(values[name].shape, 0));
      if (its === null) continue;
      operation(its)
        .pullBack(upstream, values[name], inputs.map((input) => values[input]))
        .forEach((gradient, position) => {
          const before = gradients[inputs[position]];
          const numbers = before ? gradient.numbers.map((one, k) => one + before.numbers[k]) : gradient.numbers;
          gradients[inputs[position]] = { shape: gradient.shape, numbers };
        });
    }
    return gradients;
  }

  /** The values and the gradients of a graph for the arrays that are given. */
  function run(graph, given) {
    const values = forward(graph, given);
    return { values, gradients: backward(graph, values) };
  }

  /** Nested lists of numbers as an array. */
  function arrayOf(nested) {
    const shape = [];
    for (let inner = nested; Array.isArray(inner); [inner] = inner) shape.push(inner.length);
    return { shape, numbers: [nested].flat(Infinity) };
  }

  /** The names of the numbers of an array called `name`: `q`, or `W[0,0]`, `W[0,1]`, …. */
  function numbered(name, { shape, numbers }) {
    if (!shape.length) return [name];
    return numbers.map((_, number) => {
      const index = [];
      for (const size of [...shape].reverse()) {
        index.unshift(number % size);
        number = Math.floor(number / size);
      }
      return `${name}[${index.join(",")}]`;
    });
  }

  return { arrayOf, isKnown, numbered, operation, run };
})();

if (typeof module === "object") module.exports = storyreelGraph;
