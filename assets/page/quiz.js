// Questions that answer: a number to type or one of several answers to choose, checked at once.
//
// A question is won by the first answer to one of its variants; after a wrong one the same variant can be
// worked on until it is right, and another variant is another chance.
(() => {
  "use strict";
  const { questions } = JSON.parse(document.getElementById("lesson-data").textContent);
  const { say } = storyreelWords;
  const score = document.querySelector(".quiz .score");
  const won = new Set();

  const make = (tag, properties = {}, ...children) => {
    const element = Object.assign(document.createElement(tag), properties);
    element.append(...children);
    return element;
  };
  const text = (tag, content, className = "") => {
    const element = make(tag, { className, textContent: content });
    element.dir = "auto";
    return element;
  };

  // The number that someone typed: `6`, `-0,12`, `−1.5`, `5/6`, `1.5e-7`; NaN for what is none.
  const numberIn = (typed) => {
    const plain = typed.trim().replaceAll("−", "-").replaceAll(",", ".").replaceAll(/\s/g, "");
    const parts = plain.split("/");
    if (parts.length > 2 || parts.some((part) => !/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(part))) return NaN;
    return parts.map(Number).reduce((over, under) => over / under);
  };
  const isNear = (number, value, tolerance) =>
    Math.abs(number - value) <= tolerance + 1e-9 * Math.max(1, Math.abs(value));

  // What to say to a typed number, and whether it is right; null if it is no number.
  const judgeNumber = (variant, typed) => {
    const number = numberIn(typed);
    if (Number.isNaN(number)) return null;
    if (isNear(number, variant.answer, variant.tolerance)) return { right: true, why: "" };
    const mistake = variant.mistakes.find((one) => isNear(number, one.value, one.tolerance));
    return { right: false, why: mistake?.why ?? "" };
  };

  const numberField = (variant, asked) => {
    const input = make("input", { type: "text", autocomplete: "off", spellcheck: false });
    input.setAttribute("aria-labelledby", asked.id);
    return {
      field: make("div", { className: "number" }, input),
      judge: () => judgeNumber(variant, input.value),
      hint: say("type_a_number"),
      first: input,
    };
  };
  const choiceField = (variant, asked) => {
    const group = make("div", { className: "choices" });
    group.setAttribute("role", "radiogroup");
    group.setAttribute("aria-labelledby", asked.id);
    const radios = variant.choices.map((choice) => {
      const radio = make("input", { type: "radio", name: asked.id });
      group.append(make("label", {}, radio, text("span", choice.text)));
      return radio;
    });
    return {
      field: group,
      judge: () => {
        const choice = variant.choices[radios.findIndex((radio) => radio.checked)];
        return choice ? { right: choice.is_right, why: choice.why } : null;
      },
      hint: say("choose_an_answer"),
      first: radios[0],
    };
  };

  const tellScore = () => {
    score.textContent = say("score", { right: won.size, asked: questions.length });
    const detail = { right: won.size, asked: questions.length };
    document.dispatchEvent(new CustomEvent("storyreel:score", { detail }));
  };

  const ask = (place, question, number, isAgain) => {
    const variant = question.variants[number];
    const asked = text("p", variant.ask, "ask");
    asked.id = `ask-${question.id}`;
    const { field, judge, hint, first } = (variant.choices.length ? choiceField : numberField)(variant, asked);
    const button = make("button", { type: "button", textContent: say("check") });
    const answer = make("div", { className: "feedback" });
    answer.setAttribute("role", "status");
    let isFirst = true;

    const check = () => {
      const verdict = judge();
      if (!verdict) {
        answer.replaceChildren(text("p", hint));
        first.focus();
        return;
      }
      if (verdict.right && isFirst) won.add(question.id);
      isFirst = false;
      const said = [make("p", { className: verdict.right ? "right" : "wrong" })];
      said[0].textContent = verdict.right ? `✓ ${say("right")}` : `✗ ${say("wrong")}`;
      if (verdict.why) said.push(text("p", verdict.why));
      if (verdict.right && variant.explain) said.push(text("p", variant.explain));
      if (!verdict.right && !verdict.why) said.push(text("p", say("try_again")));
      answer.replaceChildren(...said);
      tell.hidden = verdict.right;
      tellScore();
    };
    const tell = make("button", { type: "button", textContent: say("show_the_answer"), className: "quiet" });
    tell.hidden = true;
    tell.addEventListener("click", () => {
      const right = variant.choices.find((choice) => choice.is_right);
      answer.replaceChildren(text("p", right ? right.text : variant.shown, "shown"), text("p", variant.explain));
    });
    button.addEventListener("click", check);
    field.addEventListener("keydown", (event) => {
      if (event.key === "Enter") check();
    });

    const row = make("p", { className: "buttons" }, button, tell);
    if (question.variants.length > 1) {
      const other = make("button", { type: "button", textContent: say("other_numbers"), className: "quiet" });
      other.addEventListener("click", () => ask(place, question, (number + 1) % question.variants.length, true));
      row.append(other);
    }
    place.replaceChildren(asked, make("div", { className: "reply" }, field, row), answer);
    if (isAgain) first.focus();
  };

  for (const place of document.querySelectorAll(".quiz [data-question]")) {
    const question = questions.find(({ id }) => id === place.dataset.question);
    ask(place, question, 0, false);
  }
})();
