// The words of the page in the language of the lesson: `words` and `names` of its data.
"use strict";

const storyreelWords = (() => {
  const { words, names } = JSON.parse(document.getElementById("lesson-data").textContent);
  /** `text` with its places `{}` or `{name}` filled in. */
  const filled = (text, given) => text.replace(/\{(\w*)\}/g, (_, name) => (name ? given[name] : given));
  /** A message; what `given` has, one value or several by name, is filled in. */
  const say = (key, given) => (given === undefined ? words[key] : filled(words[key], given));
  /** A number of things, of which `key` is one and `many` are more. */
  const count = (number, key, many) => filled(words[number === 1 ? key : many], number);
  return {
    say,
    count,
    /** What the cost is, of so many examples, as a list of one part of a sentence; none if there is no cost. */
    ofCost(examples, reduction, l2) {
      if (!examples) return l2 ? [say("loss_with_l2")] : [];
      const all = count(examples, "example_count", "examples_count");
      const cost = say(reduction === "sum" ? "cost_sum_is" : "cost_is", all);
      return [l2 ? say("with_l2", cost) : cost];
    },
    /** The name of an activation, a loss or an optimizer. */
    nameOf: (name) => names[name] ?? name.replaceAll("_", " "),
  };
})();
