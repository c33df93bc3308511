// The lesson's own picture of a network as SVG: the film's arrangement and colours, for any numbers.
"use strict";

const storyreelDiagram = (() => {
  const SMALLEST = 12.5; // pixels: writing is never smaller, and left out where there is no room for it
  const LARGEST = 24;
  const SHORT = 90; // pixels below which an edge has too little room for a label between its neurons
  const LARGEST_ERROR = 0.2; // of a number that is rounded for want of room
  const CHARACTER = 0.6; // its width in em, about
  const NARROW = 560; // pixels below which a stage has the arrangement for narrow pages

  function svg(tag, attributes, ...children) {
    const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    element.append(...children);
    return element;
  }

  const between = ([low, high], share) => low + (high - low) * Math.min(1, Math.max(0, share));
  const sizeOf = (numbers) => Math.max(...numbers.map(Math.abs).filter(Number.isFinite), 0) || 1;

  /** Black or white, whichever can be read better on the colour with which `shape` is filled. */
  function inkOn(shape) {
    const fill = getComputedStyle(shape).fill;
    const scale = fill.startsWith("rgb") ? 255 : 1;
    const [red, green, blue] = fill.match(/[\d.]+(e-?\d+)?/g).map((text) => {
      const share = text / scale;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.179 ? "#000000" : "#ffffff";
  }

  /** A symbol, made of the nodes that the page's table has for it, as parts of an SVG text of this size. */
  function symbol(nodes, size) {
    const levels = { SUB: 0.22, SUP: -0.4 };
    let level = 0;
    const parts = [...nodes].map((node) => {
      const [before, raised] = [level, levels[node.tagName]];
      level = raised ?? 0;
      const part = svg("tspan", { dy: (level - before) * size }, node.textContent);
      if (raised !== undefined) part.setAttribute("font-size", 0.68 * size);
      if (node.tagName === "VAR") part.setAttribute("font-style", "italic");
      return part;
    });
    return level ? [...parts, svg("tspan", { dy: -level * size }, "\u200b")] : parts;
  }

  /** `text`, or the longest way to write its `value` in so many characters that is true to it, or "". */
  function fitting(text, value, characters) {
    const rounded = [1, 0].map((count) => Number(value.toFixed(count)));
    const near = rounded.filter((one) => Math.abs(one - value) <= LARGEST_ERROR * Math.abs(value));
    const texts = [text, ...near.map((one) => storyreelShown(one))];
    return texts.find((one) => one.length <= Math.max(1, characters + 0.01)) ?? "";
  }

  /**
   * A picture of `network` in `stage`. `symbols` has the nodes of each quantity's symbol by its name, `title`
   * and `description` are for who does not see it; `choose(name)` is called for a weight that is clicked.
   */
  function diagram(stage, network, { symbols, title, description, choose }) {
    const names = storyreelNetwork.names(network);
    const writer = storyreelWriter(network);
    const id = `figure-${title.replace(/\W+/g, "-")}-${document.querySelectorAll(".figure-diagram").length}`;
    const layers = svg("g", {});
    const picture = svg(
      "svg",
      { class: "figure-diagram", role: "img", "aria-labelledby": `${id}-title ${id}-text` },
      svg("title", { id: `${id}-title` }, title),
      svg("desc", { id: `${id}-text` }, description),
      layers,
    );
    stage.append(picture);
    let state = null;
    let view = network.views.wide;
    let unit = 50; // pixels
    let fitted = 0; // pixels that the picture was wide when it was arranged

    /** A size of writing: `units`, or less where so many characters have less room; never too small to read. */
    const em = (units, characters = 0, room = 1) =>
      Math.max(SMALLEST, Math.min(LARGEST, units * unit, (unit * room) / (CHARACTER * characters))) / unit;
    const fits = (size, characters, room) => characters * CHARACTER * size <= 1.001 * room;
    /** The neurons by layer, each with its place; null for those that are left out. */
    const columns = () =>
      names.a.map((column, layer) =>
        column.map((name, row) => {
          const place = view.places[layer][row];
          return place && { name, x: place[0], y: place[1] };
        }),
      );
    /** What is shown of a quantity: its value or its gradient. */
    const number = (name) => (state.isBackward ? state.gradients : state.values)[name];
    const textOf = (name) => writer(state.isBackward ? `grad.${name}` : name, number(name));

    function write(x, y, size, kind, parts, anchor = "middle") {
      const paint = state.isBackward && kind !== "target" && kind !== "gap" ? "gradient" : kind;
      const text = svg("text", { x, y: y + 0.35 * size, "font-size": size, "text-anchor": anchor }, ...parts);
      text.classList.add(`of-${paint}`);
      return text;
    }

    /** A quantity's symbol, of its gradient where gradients are shown. */
    function symbolOf(name, size) {
      const parts = symbol(symbols.get(name), size);
      return state.isBackward ? ["∂", svg("tspan", { "font-style": "italic" }, "L"), "/∂", ...parts] : parts;
    }
    const lengthOf = (parts) => parts.reduce((sum, part) => sum + (part.textContent ?? part).length, 0);

    function edge(from, to, name, strongest) {
      const length = Math.hypot(to.x - from.x, to.y - from.y);
      const [across, up] = [((to.x - from.x) / length) * view.radius, ((to.y - from.y) / length) * view.radius];
      const ends = { x1: from.x + across, y1: from.y + up, x2: to.x - across, y2: to.y - up };
      const widths = state.isBackward ? network.look.gradient : network.look.weight;
      const line = svg("line", { ...ends, "stroke-width": between(widths, Math.abs(number(name)) / strongest) });
      line.classList.add("edge");
      line.classList.toggle("of-gradient", state.isBackward);
      line.classList.toggle("is-chosen", name === state.chosen);
      return [line, svg("line", { ...ends, class: "touch", "stroke-width": 20 / unit, "data-name": name }), ends];
    }

    function weightLabel({ x1, y1, x2, y2 }, name, share, isAlone) {
      const [x, y] = [x1 + (x2 - x1) * share, y1 + (y2 - y1) * share];
      const length = Math.hypot(x2 - x1, y2 - y1);
      // Above a short edge, a label stands higher than the neurons and may reach over them.
      const isShort = length * unit < SHORT;
      const room = isAlone ? (isShort ? 0.95 * (length + 2 * view.radius) : length) : 0.75 * length;
      const long = textOf(name);
      const characters = lengthOf(symbolOf(name, 1)) + 3 + long.length;
      const isLong = isAlone && fits(SMALLEST / unit, characters, room);
      const size = em(network.look.em, isLong ? characters : long.length, room);
      const lift = isAlone ? 0.85 * size + (isShort ? 0.9 * view.radius : 0) : 0;
      const parts = isLong
        ? [...symbolOf(name, size), ` = ${long}`]
        : [fitting(long, number(name), room / (CHARACTER * size))];
      const label = write(x, y - lift, size, "weight", parts);
      label.classList.toggle("is-upon", !isAlone);
      return label;
    }

    function neuron({ name, x, y }, kind, strongest) {
      const paint = state.isBackward ? "gradient" : kind;
      const attributes = { cx: x, cy: y, r: view.radius, "stroke-width": network.look.rim };
      const circle = svg("circle", { ...attributes, class: `neuron of-${paint}` });
      const share = between(network.look.brightness, Math.abs(number(name)) / strongest);
      const colour = `color-mix(in srgb, var(--${paint}) ${(100 * share).toFixed(1)}%, var(--surface))`;
      circle.style.fill = Number.isFinite(share) ? colour : "var(--surface)";
      return circle;
    }

    /** The symbol of a neuron, if there is room for it. */
    function nameBelow({ name, x, y }) {
      const [height, width] = [view.spacing - 2 * view.radius - 0.12, Math.min(view.pitch, 2 * x)];
      const characters = lengthOf(symbolOf(name, 1));
      const size = em(Math.min(0.9 * network.look.em, 0.9 * height), characters, 0.95 * width);
      if (!fits(size, characters, width) || size > height) return [];
      return [write(x, y + view.radius + 0.12 + 0.6 * size, size, "input", symbolOf(name, size))];
    }

    function valueIn({ name, x, y }, circle) {
      const room = 1.8 * view.radius;
      const text = fitting(textOf(name), number(name), (room * unit) / (CHARACTER * SMALLEST));
      const size = em(0.85 * view.radius, text.length, room);
      const value = svg("text", { x, y: y + 0.35 * size, "font-size": size, "text-anchor": "middle" }, text);
      if (2 * view.radius < size) value.textContent = "";
      value.setAttribute("fill", inkOn(circle));
      return value;
    }

    function targetBeside({ x, y }, name) {
      const left = x + view.radius + view.to_target;
      const room = view.width - left - 0.06;
      const text = writer(name, state.values[name]);
      const characters = lengthOf(symbol(symbols.get(name), 1)) + 4 + text.length;
      const isLong = fits(SMALLEST / unit, characters, room);
      const size = em((isLong ? 0.9 : 0.6) * network.look.em, isLong ? characters : text.length + 1, room);
      const shown = isLong
        ? [...symbol(symbols.get(name), size), ` = ${text}`]
        : [fitting(text, state.values[name], room / (CHARACTER * size) - 1)];
      const width = Math.min(room, (lengthOf(shown) + 1) * CHARACTER * size);
      const [height, rx] = [1.5 * size, 0.12];
      const plate = { x: left, y: y - height / 2, width, height, rx, "stroke-width": 0.03, class: "plate" };
      return [svg("rect", plate), write(left + width / 2, y, size, "target", shown)];
    }

    /** Three dots for the neurons of a layer that are left out, and the layer's count. */
    function gap(place, count) {
      if (!place) return [];
      const [x, y] = place;
      const dots = [-1, 0, 1].map((k) => svg("circle", { cx: x, cy: y + 0.22 * k, r: 0.05, class: "gap" }));
      return [...dots, write(x, view.counts_at, em(0.36), "gap", [count.toLocaleString("en")])];
    }

    function draw() {
      const placed = columns();
      const weights = names.weights.flat(2);
      const strongest = sizeOf((state.isBackward ? weights : Object.keys(state.base)).map((name) =>
        state.isBackward ? number(name) : state.base[name]));
      const brightest = sizeOf(names.a.flat().map(number));
      const [lines, labels] = [[], []];
      names.weights.forEach((rows, i) =>
        rows.forEach((row, k) =>
          row.forEach((name, j) => {
            if (!placed[i][j] || !placed[i + 1][k]) return;
            const [line, touch, ends] = edge(placed[i][j], placed[i + 1][k], name, strongest);
            lines.push(line, touch);
            const share = view.labels[i + 1];
            if (share !== null) labels.push(weightLabel(ends, name, share, rows.length * row.length === 1));
          }),
        ),
      );
      const drawn = placed.flat().filter(Boolean);
      const gaps = names.a.flatMap((column, layer) => gap(view.gaps[layer], column.length));
      const neurons = drawn.map((place) => [place, neuron(place, "input", brightest)]);
      const below = view.has_names ? drawn.flatMap(nameBelow) : [];
      const targets = names.target.flatMap((name, k) =>
        placed.at(-1)[k] ? targetBeside(placed.at(-1)[k], name) : [],
      );
      const circles = neurons.map(([, circle]) => circle);
      layers.replaceChildren(...lines, ...circles, ...labels, ...below, ...targets, ...gaps);
      layers.append(...neurons.map(([place, circle]) => valueIn(place, circle)));
    }

    function fit() {
      const width = picture.getBoundingClientRect().width;
      if (!width || width === fitted) return;
      fitted = width;
      view = stage.getBoundingClientRect().width < NARROW ? network.views.narrow : network.views.wide;
      unit = width / view.width;
      picture.setAttribute("viewBox", `0 0 ${view.width} ${view.height}`);
      if (state) draw();
    }
    const redraw = () => state && draw();

    picture.addEventListener("click", (event) => {
      const { name } = event.target.dataset;
      if (name) choose(name);
    });
    new ResizeObserver(fit).observe(stage);
    // What is written on a colour must be chosen anew when the page's colours change.
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw);
    new MutationObserver(redraw).observe(document.documentElement, { attributeFilter: ["data-theme"] });

    /** Show `values` and `gradients` by name; `base` are the lesson's weights, `chosen` one of them or null. */
    return (shown) => {
      state = shown;
      draw();
    };
  }

  /** Whether it shows either values or gradients, and not both at once. */
  diagram.hasDirections = true;
  return Object.assign(diagram, { svg, symbol });
})();
