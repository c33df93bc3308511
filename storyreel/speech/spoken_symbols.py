"""The English names of mathematical signs, one row each; `spoken_form` uses them."""

SIGNS = {
    "+": "plus",
    "\N{MINUS SIGN}": "minus",
    "±": "plus or minus",
    "×": "times",
    "·": "times",
    "⋅": "times",
    "*": "times",
    "÷": "divided by",
    "=": "equals",
    "≈": "is about",
    "≠": "is not equal to",
    "<": "is less than",
    ">": "is greater than",
    "≤": "is at most",
    "≥": "is at least",
    "∝": "is proportional to",
    "→": "to",
    "⟶": "to",
    "↦": "goes to",
    "←": "becomes",
    "⇒": "so",
    "%": "percent",
    "°": "degrees",
    "&": "and",
    "√": "the square root of",
    "∑": "the sum of",
    "Σ": "the sum of",
    "∏": "the product of",
    "∂": "d",
    "∇": "the gradient of",
    "∞": "infinity",
    "∈": "in",
    "′": "prime",
}
"""Signs that are read by name wherever they occur."""

CURRENCIES = {"$": "dollars", "€": "euros", "£": "pounds"}
"""Read after the amount, though written before it."""

ACCENTS = {
    "\N{COMBINING CIRCUMFLEX ACCENT}": "hat",
    "\N{COMBINING MACRON}": "bar",
    "\N{COMBINING TILDE}": "tilde",
}
"""Read after the letter that carries them, as in ŷ."""

POWERS = {"2": "squared", "3": "cubed"}

GREEK = {"ξ": "ksee", "λ": "lambda", "Λ": "lambda"}
"""Greek letters that are not read by their Unicode name."""

FRACTIONS = {2: "half", 4: "quarter"}
"""Denominators that are not read as ordinal numbers."""

WORDS = {"IQ": "I Q", "tanh": "tan H", "ReLU": "ray loo", "softmax": "soft max", "argmax": "arg max"}
"""Technical words that voices mispronounce; a storyboard's lexicon takes precedence."""
