"""How English names the signs of mathematics: one row each. `speech.py` puts them into sentences."""

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
"""A sign and its name, said wherever the sign stands."""

CURRENCIES = {"$": "dollars", "€": "euros", "£": "pounds"}
"""Said after the amount that they are written before."""

ACCENTS = {
    "\N{COMBINING CIRCUMFLEX ACCENT}": "hat",
    "\N{COMBINING MACRON}": "bar",
    "\N{COMBINING TILDE}": "tilde",
}
"""Said after the single letter that they stand on, as in ŷ."""

POWERS = {"2": "squared", "3": "cubed"}

GREEK = {"ξ": "ksee", "λ": "lambda", "Λ": "lambda"}
"""Greek letters whose Unicode name is not how they are said; all others go by that name."""

FRACTIONS = {2: "half", 4: "quarter"}
"""Denominators that do not go by their ordinal number."""

WORDS = {"IQ": "I Q", "tanh": "tan H", "ReLU": "ray loo", "softmax": "soft max", "argmax": "arg max"}
"""Words of the subject that voices get wrong; a storyboard's lexicon goes before it."""
