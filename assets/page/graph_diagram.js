// The picture of a graph of operations as SVG: every node with its operation, value and gradient, for any numbers.
"use strict";

const storyreelGraphDiagram = (() => {
  const CLEAR = 36; // pixels a unit from which a picture can be read
  const LARGEST = 52; // pixels a unit beyond which it does not grow
  const EM = { name: 0.38, value: 0.38, gradient: 0.35, sign: 0.36 };
  const LEAST = 0.34; // the smallest em, which is 12 pixels where a unit is `CLEAR`
  const CHARACTER = 0.64; // its width in em, about
  const PILL = { width: 1.6, height: 0.64 };
  const SIGN = 0.27; // the least radius of an operation's sign
  const BOW = 0.5; // how far two edges between the same nodes are apart
  const TIP = 0.14;
  const POWER = { "-": "⁻", "+": "", 0: "⁰", 1: "¹", 2: "²", 3: "³", 4: "⁴", 5: "⁵", 6: "⁶", 7: "⁷", 8: "⁸", 9: "⁹" };
  const { say } = storyreelWords;
  const { svg, symbol } = storyreelDiagram;

  /** How wide a text is, in em, about. */
  const widthOf = (text) => CHARACTER * text.length;

  /** A number with a power of ten, as short as it can be with this many decimals. */
  function withPower(value, decimals) {
    const [digits, power] = value.toExponential(decimals).split("e");
    const raised = [...power].map((sign) => POWER[sign]).join("");
    return storyreelLocal(`${digits.replace("-", "−")}×10${raised}`);
  }

  /** The width of a sign: it is as wide as it is high, or wider for a long one. */
  const signWidth = (text) => Math.max(2 * SIGN, widthOf(text) * EM.sign + 0.14);

  /** A smooth way through places, along the direction in which the graph goes. */
  function way(places, isDown) {
    const [first, ...others] = places;
    let before = first;
    const parts = others.map(([x, y]) => {
      const [fromX, fromY] = before;
      before = [x, y];
      const half = (isDown ? y - fromY : x - fromX) / 2;
      const [one, two] = isDown ? [[fromX, fromY + half], [x, y - half]] : [[fromX + half, fromY], [x - half, y]];
      return `C${one} ${two} ${x},${y}`;
    });
    return `M${first} ${parts.join(" ")}`;
  }

  /** A picture of `lesson` in `stage`, with arguments as `storyreelDiagram` has them. */
  return function graphDiagram(stage, lesson, { symbols, title, description, choose }) {
    const writer = storyreelWriter(lesson);
    const id = `graph-${title.replace(/\W+/g, "-")}-${document.querySelectorAll(".figure-graph").length}`;
    const layers = svg("g", {});
    const picture = svg(
      "svg",
      { class: "figure-diagram figure-graph", role: "img", "aria-labelledby": `${id}-title ${id}-text` },
      svg("title", { id: `${id}-title` }, title),
      svg("desc", { id: `${id}-text` }, description),
      layers,
    );
    const frame = document.createElement("div");
    frame.className = "figure-frame";
    frame.append(picture);
    const legend = document.createElement("p");
    legend.className = "figure-legend";
    const [forValues, forGradients] = ["value", "gradient"].map((kind) => {
      const item = document.createElement("span");
      item.className = `of-${kind}`;
      legend.append(item, " ");
      return item;
    });
    forValues.textContent = say("value");
    const [word, after] = say("gradient_of").split("{}");
    forGradients.append(word, ...[...symbols.get(lesson.graph.output)].map((node) => node.cloneNode(true)), after);
    stage.append(legend, frame);
    let state = null;
    let view = lesson.views.wide;
    let fitted = 0;

    const isDown = () => view === lesson.views.narrow;
    const isNumber = (name) => !state.arrays.values[name].shape.length;

    function write(x, y, size, kind, ...parts) {
      const text = svg("text", { x, y: y + 0.35 * size, "font-size": size, "text-anchor": "middle" }, ...parts);
      text.classList.add(`of-${kind}`);
      return text;
    }

    /** The size of a text, smaller where it is wider than `room`. */
    const fitting = (size, text, room) => Math.max(LEAST, Math.min(size, room / widthOf(text)));

    /** The number as the lesson writes it, or shorter where there is no room for that. */
    function written(prefix, name, value) {
      // A part of a formula has no name in the lesson.
      const text = name.includes("/") ? storyreelShown(value) : writer(prefix + name, value);
      const fits = (shown) => LEAST * widthOf(shown) <= PILL.width - 0.05;
      if (fits(text) || !Number.isFinite(value)) return text;
      return [storyreelShown(value, 3), withPower(value, 1)].find(fits) ?? withPower(value, 0);
    }
    function shownValue(name) {
      const { shape, numbers } = state.arrays.values[name];
      return shape.length ? shape.join("×") : written("", name, numbers[0]);
    }

    /** The middle of a sign: left of its value, or above it where the graph goes down. */
    const signAt = (x, y, width) =>
      isDown() ? [x, y - PILL.height / 2 - SIGN] : [x - PILL.width / 2 - width / 2, y];

    function label(name, kind, x, y, anchor = "middle") {
      const nodes = symbols.get(name);
      const letters = nodes ? [...nodes].map((part) => part.textContent).join("") : name;
      const size = fitting(EM.name, letters, anchor === "start" ? 1.2 : 1.8);
      const text = write(x, y, size, kind, ...(nodes ? symbol(nodes, size) : [name]));
      text.setAttribute("text-anchor", anchor);
      return text;
    }

    function node({ name, kind, sign, is_named: isNamed }) {
      const [x, y] = view.places[name];
      const [left, top] = [x - PILL.width / 2, y - PILL.height / 2];
      const pill = { x: left, y: top, width: PILL.width, height: PILL.height, rx: PILL.height / 2 };
      const box = svg("rect", { ...pill, "stroke-width": 0.055, class: `pill of-${kind}` });
      const text = shownValue(name);
      const parts = [box, write(x, y, fitting(EM.value, text, PILL.width - 0.2), "value", text)];
      if (kind !== "inner" && !sign) {
        for (const part of parts) part.dataset.name = name;
        box.classList.add("is-given");
      }
      const width = signWidth(sign);
      if (sign) {
        const [middle, height] = signAt(x, y, width);
        const at = { x: middle - width / 2, y: height - SIGN, width, height: 2 * SIGN, rx: SIGN };
        parts.push(svg("rect", { ...at, "stroke-width": 0.04, class: "sign" }));
        parts.push(write(middle, height, EM.sign, "sign", sign));
      }
      if (isNamed) parts.push(label(name, kind, ...(sign && isDown() ? [x + width / 2 + 0.1, top - SIGN, "start"] : [x, top - 0.3])));
      if (isNumber(name)) {
        const gradient = written("grad.", name, state.arrays.gradients[name].numbers[0]);
        const size = fitting(EM.gradient, gradient, PILL.width - 0.1);
        const width = Math.max(0.5, size * widthOf(gradient) + 0.22);
        const [height, below] = [0.46, top + PILL.height + 0.08];
        parts.push(svg("rect", { x: x - width / 2, y: below, width, height, rx: 0.12, class: "badge" }));
        parts.push(write(x, below + height / 2, size, "gradient", gradient));
      }
      return parts;
    }

    function arrows({ name, sign, inputs }, shown) {
      const [x, y] = view.places[name];
      const width = signWidth(sign);
      const [middle, height] = signAt(x, y, width);
      const sources = inputs.map((source, number) => ({ source, number, from: view.places[source] }));
      const across = ({ from }) => (isDown() ? from[0] : from[1]);
      const ordered = [...sources].sort((a, b) => across(a) - across(b));
      return ordered.flatMap(({ source, number, from }, rank) => {
        const aside = (rank - (ordered.length - 1) / 2) * Math.min(0.2, 0.5 / ordered.length);
        const bow = inputs.filter((other) => other === source).length > 1 ? Math.sign(aside || 1) * BOW : 0;
        const sourceHasBadge = isNumber(source);
        const start = isDown()
          ? [from[0] + bow / 2, from[1] + PILL.height / 2 + (sourceHasBadge ? 0.5 : 0)]
          : [from[0] + PILL.width / 2, from[1]];
        const end = isDown() ? [middle + aside, height - SIGN - TIP] : [middle - width / 2 - TIP, y + aside];
        const passed = view.ways[`${name} ${number}`] ?? [];
        const between = bow && !passed.length
          ? [isDown() ? [(start[0] + end[0]) / 2 + bow, (start[1] + end[1]) / 2] : [(start[0] + end[0]) / 2, (start[1] + end[1]) / 2 + bow]]
          : passed;
        const line = svg("path", { d: way([start, ...between, end], isDown()), class: "edge", "stroke-width": 0.045 });
        const [a, b] = [TIP, 0.55 * TIP];
        const points = isDown()
          ? [[end[0] - b, end[1]], [end[0] + b, end[1]], [end[0], end[1] + a]]
          : [[end[0], end[1] - b], [end[0], end[1] + b], [end[0] + a, end[1]]];
        return [line, svg("polygon", { points: points.join(" "), class: "tip" })];
      });
    }

    function draw() {
      layers.replaceChildren(...lesson.shown.flatMap(arrows), ...lesson.shown.flatMap(node));
    }

    function fit() {
      const room = stage.getBoundingClientRect().width;
      if (!room || room === fitted) return;
      fitted = room;
      const { wide, narrow } = lesson.views;
      view = room / wide.width >= CLEAR || room / wide.width >= room / narrow.width ? wide : narrow;
      picture.setAttribute("viewBox", `0 0 ${view.width} ${view.height}`);
      picture.style.minWidth = `${CLEAR * view.width}px`;
      picture.style.maxWidth = `${LARGEST * view.width}px`;
      const isScrolled = CLEAR * view.width > room;
      if (isScrolled) frame.tabIndex = 0; // so that it can be scrolled by keys
      else frame.removeAttribute("tabindex");
      if (state) draw();
    }

    picture.addEventListener("click", ({ target }) => {
      const name = target.dataset.name;
      if (name) choose(storyreelGraph.numbered(name, lesson.given[name])[0]);
    });
    new ResizeObserver(fit).observe(stage);

    /** Show the numbers that `storyreelGraphFigure.run` gives. */
    return (shown) => {
      state = shown;
      draw();
    };
  };
})();
