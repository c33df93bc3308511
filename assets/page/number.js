// How a number of the lesson is written: what `shown` in storyreel/core/number_format.py writes, letter for letter.
"use strict";

/** A number with the decimal mark of the page's language. */
const storyreelLocal = (text) =>
  text.replace(".", globalThis.document?.documentElement.dataset.decimalMark ?? ".");

const storyreelShown = (() => {
  const POWER = { "-": "⁻", 0: "⁰", 1: "¹", 2: "²", 3: "³", 4: "⁴", 5: "⁵", 6: "⁶", 7: "⁷", 8: "⁸", 9: "⁹" };
  const MINUS = "\u2212";

  const isClose = (a, b, absolute) =>
    Math.abs(a - b) <= Math.max(1e-13 * Math.max(Math.abs(a), Math.abs(b)), absolute);
  const trimmed = (text) => (text.includes(".") ? text.replace(/\.?0+$/, "") : text);

  /** `text`, or what is below it where the size is half-way and its digit odd: Python rounds halves to even. */
  const toEven = (size, isHalf, write) => {
    const text = write(size);
    return isHalf && /^[^e]*[13579](e|$)/.test(text) ? write(size * (1 - Number.EPSILON)) : text;
  };

  /** The fraction with a denominator up to 12 that a size is, where two decimals cannot write it. */
  function fraction(size) {
    if (size >= 100 || isClose(Math.round(size * 100) / 100, size, 1e-15)) return "";
    for (let denominator = 2; denominator <= 12; denominator++) {
      const numerator = Math.round(size * denominator);
      if (isClose(numerator / denominator, size, 0)) return numerator < 100 ? `${numerator}/${denominator}` : "";
    }
    return "";
  }

  /** The significant digits of a size that is not a fraction, where they are not given. */
  const few = (size) => (size >= 1e9 ? 3 : size < 0.1 ? 2 : 3 + Math.floor(Math.log10(size)));

  function written(size, given) {
    const found = given ? "" : fraction(size);
    if (found) return found;
    const significant = given || few(size);
    if (size >= 1e9 || (size > 0 && size < 1e-6)) {
      const decimals = significant - 1;
      const isHalf = /^50*$/.test(size.toExponential(40).split("e")[0].slice(2 + decimals));
      const [digits, power] = toEven(size, isHalf, (one) => one.toExponential(decimals)).split("e");
      return `${trimmed(digits)}×10${[...String(Number(power))].map((sign) => POWER[sign]).join("")}`;
    }
    const decimals = size > 0 ? Math.max(0, significant - 1 - Math.floor(Math.log10(size))) : 0;
    const isHalf = (size * 2 ** (decimals + 1)) % 2 === 1;
    return trimmed(toEven(size, isHalf, (one) => one.toFixed(decimals)));
  }

  return (value, digits = null) => {
    if (Number.isNaN(value)) return "not a number";
    if (!Number.isFinite(value)) return value > 0 ? "∞" : `${MINUS}∞`;
    const text = storyreelLocal(written(Math.abs(value), digits));
    return value < 0 && text !== "0" ? MINUS + text : text;
  };
})();

/** How a lesson writes its numbers: a function of the name and the value of one. */
const storyreelWriter = ({ digits, texts, more_digits: more }) => {
  const known = new Map();
  for (const [name, value, text] of texts) known.set(name, [...(known.get(name) ?? []), { value, text }]);
  const isSame = (a, b) => Math.abs(a - b) <= 1e-11 * Math.abs(b);
  return (name, value) => {
    const text = known.get(name)?.find((one) => isSame(value, one.value))?.text;
    return text ? storyreelLocal(text) : storyreelShown(value, more[name] ?? digits);
  };
};

if (typeof module === "object") module.exports = { shown: storyreelShown, writer: storyreelWriter };
