"""Formulas that authors write in Typst's mathematics, with numbers by name: `h = w_1 x = {w1} times {x}`.

In comes the text of a cue's parameter. Out come a `Template` (`formula_template`) and, once its numbers are
filled in, the parts from which it is drawn (`written_formula`). Nothing of a formula is run: Typst sees only
names of its mathematics that `known_names` lists.
"""
