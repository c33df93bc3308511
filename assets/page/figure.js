// The figures that one can try: sliders for a network's numbers; picture, loss, table answer at once.
"use strict";

(() => {
  const SMALL = 12; // numbers of a network up to which each has a slider of its own
  const FEW = 6; // numbers of one kind up to which they have sliders in a larger network
  const RATE = "learning_rate";
  const STATUS_DELAY = 700; // milliseconds without a change after which the loss is said
  const { say, nameOf } = storyreelWords;
  const SUBSCRIPTS = "₀₁₂₃₄₅₆₇₈₉";
  const SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹";

  function element(tag, properties, ...children) {
    const made = Object.assign(document.createElement(tag), properties);
    made.append(...children);
    return made;
  }

  /** The smallest of …, 1, 2, 5, 10, 20, … that is not below `size`. */
  function nice(size) {
    const power = 10 ** Math.floor(Math.log10(size));
    return [1, 2, 5, 10].map((digit) => Number((digit * power).toPrecision(1))).find((one) => one >= size);
  }

  /** The numbers that a slider goes through, in order: round ones, the lesson's own and the current one. */
  function stops({ low, high, count }, exact) {
    const round = Array.from({ length: count + 1 }, (_, k) => low + ((high - low) * k) / count);
    const near = 1e-9 * (high - low);
    const others = round
      .map((one) => Number(one.toPrecision(12)))
      .filter((one) => exact.every((own) => Math.abs(one - own) > near));
    return [...new Set([...others, ...exact])].sort((a, b) => a - b);
  }

  /** How far a slider goes whose number is `lesson` in the lesson and `current` now. */
  function range(kind, lesson, current, isShare) {
    if (kind === RATE) {
      const high = nice(10 * Math.max(lesson, current));
      return { low: high / 100, high, count: 99 };
    }
    if (isShare) return { low: 0, high: 1, count: 50 };
    const high = nice(Math.max(2 * Math.abs(lesson), Math.abs(current)) || 1);
    return { low: -high, high, count: 100 };
  }

  /** A symbol as plain text, for where there is no markup. */
  const plain = (nodes) =>
    [...nodes]
      .map(({ tagName, textContent }) => {
        if (tagName === "SUB") return textContent.replace(/\d/g, (digit) => SUBSCRIPTS[digit]);
        if (tagName !== "SUP") return textContent;
        return textContent.replace(/\d/g, (digit) => SUPERSCRIPTS[digit]).replace("(", "⁽").replace(")", "⁾");
      })
      .join("");

  /** Make the figure of `lesson`, the data of a network, of which `its` functions are those for its kind. */
  function figure(section, lesson, its) {
    const stage = section.querySelector(".figure-stage");
    const rows = new Map([...section.querySelectorAll("tr[data-name]")].map((row) => [row.dataset.name, row]));
    const symbols = new Map([...rows].map(([name, row]) => [name, row.cells[0].childNodes]));
    symbols.set(RATE, [element("var", {}, "η")]);
    const writer = storyreelWriter(lesson);
    const isTrained = its.isTrained(lesson);
    const lessons = its.places(lesson);
    const isOneHot =
      lesson.target?.length > 1 &&
      lesson.target.filter((one) => one === 1).length === 1 &&
      lesson.target.every((one) => one === 0 || one === 1);
    const isShare = /entropy/.test(lesson.loss);
    const weights = [...lessons].filter(([, { kind }]) => kind === "weight");
    const base = Object.fromEntries(weights.map(([name, { array, index }]) => [name, array[index]]));
    const refreshers = []; // called when numbers have changed otherwise than by their sliders
    const choosers = new Map(); // by name of a quantity: what brings its slider to hand
    let network;
    let numbers;
    let chosen = null;
    let timer = 0;

    const get = (name) => numbers.get(name).array[numbers.get(name).index];
    const lessonsOwn = (name) => lessons.get(name).array[lessons.get(name).index];
    function become(other) {
      network = structuredClone(other);
      numbers = its.places(network);
    }
    become(lesson);

    const count = element("output", {}, "0");
    const result = element("p", { className: "figure-result" });
    const status = element("p", { className: "spoken" });
    status.setAttribute("role", "status");
    const direction = ["values_forward", "gradients_backward"].map((key, k) => {
      const radio = element("input", { type: "radio", name: `${section.dataset.network}-view`, checked: !k });
      radio.addEventListener("change", update);
      return { radio, label: element("label", {}, radio, ` ${say(key)}`) };
    });
    if (its.diagram.hasDirections) {
      stage.append(
        element(
          "fieldset",
          { className: "figure-view" },
          element("legend", { className: "spoken" }, say("picture_shows")),
          ...direction.map(({ label }) => label),
        ),
      );
    }
    const draw = its.diagram(stage, lesson, {
      symbols,
      title: say("the_network", section.dataset.network),
      description: its.described(lesson),
      choose: (name) => choosers.get(name)?.(),
    });

    const copy = (name) => [...symbols.get(name)].map((node) => node.cloneNode(true));
    const equation = (name, value) => [...copy(name), ` = ${writer(name, value)}`];

    function update() {
      const shown = its.run(network);
      const { values, gradients, costGradients } = shown;
      const columns = [[values, ""], [gradients, "grad."]];
      if ("cost" in values) columns.push([costGradients, "cost.grad."]);
      if (isTrained) columns.push([its.run(its.step(network)).values, ""]);
      for (const [name, row] of rows) {
        const texts = columns.map(([column, prefix]) => (name in column ? writer(prefix + name, column[name]) : ""));
        texts.forEach((text, k) => (row.cells[k + 1].textContent = text));
      }
      draw({ ...shown, base, chosen, isBackward: direction[1].radio.checked });
      const [first, ...others] = its
        .results(network, values)
        .map(([word, name]) => [word && `${word} `, ...equation(name, values[name])]);
      result.replaceChildren(element(others.length ? "span" : "strong", {}, ...first));
      for (const other of others) result.append(" ", element("strong", { className: "figure-loss" }, ...other));
      count.textContent = network.steps ?? 0;
      clearTimeout(timer);
      timer = setTimeout(() => (status.textContent = result.textContent), STATUS_DELAY);
    }

    /** A slider for the number that `nameOf()` names. */
    function slider(nameOf) {
      let through = [];
      const input = element("input", { type: "range", min: 0, step: 1 });
      const value = element("output", {});
      const label = element("span", {});
      function write() {
        value.textContent = writer(nameOf(), get(nameOf()));
        input.setAttribute("aria-valuetext", value.textContent);
      }
      function refresh() {
        const [name, current] = [nameOf(), get(nameOf())];
        const { kind } = numbers.get(name);
        label.replaceChildren(`${say(kind)} `, ...copy(name));
        const exact = [lessonsOwn(name), current].filter(Number.isFinite);
        const reach = range(kind, lessonsOwn(name), exact.at(-1), isShare && kind === "target");
        through = stops(reach, exact);
        input.max = through.length - 1;
        input.value = through.indexOf(exact.at(-1));
        write();
      }
      input.addEventListener("input", () => {
        const { array, index } = numbers.get(nameOf());
        array[index] = through[input.value];
        write();
        update();
      });
      refreshers.push(refresh);
      refresh();
      return { input, refresh, box: element("div", { className: "knob" }, element("label", {}, label, input), value) };
    }


    function ownSlider(name) {
      const { input, box } = slider(() => name);
      choosers.set(name, () => input.focus());
      return box;
    }

    function sharedSlider(key, those) {
      const select = element("select", {}, ...those.map((name) => new Option(plain(symbols.get(name)), name)));
      const one = slider(() => select.value);
      const isOfWeights = key === "weight_or_bias";
      const choose = () => {
        one.refresh();
        if (isOfWeights) chosen = select.value;
        update();
      };
      select.addEventListener("change", choose);
      if (isOfWeights) chosen = select.value;
      for (const name of those) {
        choosers.set(name, () => {
          select.value = name;
          choose();
          one.input.focus();
        });
      }
      return element("div", { className: "chooser" }, element("label", {}, `${say(key)} `, select), one.box);
    }

    function classSelect() {
      const outputs = storyreelNetwork.names(lesson).a.at(-1);
      const options = outputs.map((name, k) => new Option(plain(symbols.get(name)), k));
      const select = element("select", {}, ...options);
      const refresh = () => (select.value = network.target.indexOf(1));
      select.addEventListener("change", () => {
        network.target.forEach((_, k) => (network.target[k] = Number(k === Number(select.value))));
        update();
      });
      refreshers.push(refresh);
      refresh();
      return element("div", { className: "chooser" }, element("label", {}, `${say("wanted_output")} `, select));
    }

    const isSmall = numbers.size <= SMALL;
    const sliders = (key, those) => {
      if (!those.length) return [];
      return isSmall || those.length <= FEW ? those.map(ownSlider) : [sharedSlider(key, those)];
    };
    const ofKind = (...kinds) => [...numbers].filter(([, { kind }]) => kinds.includes(kind)).map(([name]) => name);
    const controls = element(
      "div",
      { className: "figure-controls" },
      ...sliders("input", ofKind("input")),
      ...sliders("weight_or_bias", ofKind("weight", "bias")),
      ...(isOneHot ? [classSelect()] : sliders("target", ofKind("target"))),
      ...(isTrained ? [ownSlider(RATE)] : []),
    );

    const afterwards = () => {
      refreshers.forEach((refresh) => refresh());
      update();
    };
    const resetButton = element("button", { type: "button", className: "quiet" }, say("lessons_numbers"));
    resetButton.addEventListener("click", () => {
      become(lesson);
      afterwards();
    });
    const buttons = element("div", { className: "buttons" }, resetButton);
    if (isTrained) {
      const stepButton = element("button", { type: "button" }, say("one_step_of", nameOf(lesson.optimizer)));
      stepButton.addEventListener("click", () => {
        become(its.step(network));
        afterwards();
      });
      buttons.prepend(stepButton);
      buttons.append(element("span", { className: "figure-steps" }, `${say("steps")} `, count));
    }
    stage.append(result, controls, buttons, status);
    update();
  }

  const data = document.getElementById("lesson-data");
  const { networks = {} } = data ? JSON.parse(data.textContent) : {};
  for (const section of document.querySelectorAll("section.figure[data-network]")) {
    const network = networks[section.dataset.network];
    const its = network && "layers" in network ? storyreelLayered : storyreelGraphFigure;
    // A network with a function of another package has its table only.
    if (network && its.isKnown(network)) figure(section, network, its);
  }
})();
