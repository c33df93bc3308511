// The words of the page in the language of the lesson: `words` and `names` of its data.
"use strict";

const storyreelWords = (() => {
  const { words, names } = JSON.parse(document.getElementById("lesson-data").textContent);
  /** `text` with its places `{}` or `{name}` filled in. */
  const filled = (text, given) => text.replace(/\{(\w*)\}/g, (_, name) => (name ? given[name] : given));
  return {
    /** A message; what `given` has, one value or several by name, is filled in. */
    say: (key, given) => (given === undefined ? words[key] : filled(words[key], given)),
    /** A number of things, of which `key` is one and `many` are more. */
    count: (number, key, many) => filled(words[number === 1 ? key : many], number),
    /** The name of an activation, a loss or an optimizer. */
    nameOf: (name) => names[name] ?? name.replaceAll("_", " "),
  };
})();
