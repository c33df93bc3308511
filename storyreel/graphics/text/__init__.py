"""Typeset text: words, numbers and mathematics as glyphs.

In come text or Typst markup and a font size in Manim units; out come groups of glyphs that know their text.
Others use mainly `typeset` (text with slots), `symbol` (a quantity's symbol), `paragraph` (text in lines),
`rolling_number` (a number that changes during an animation) and `copy_outlines`.
"""
