"""Drawings: everything that a scene puts on stage, as Manim mobjects and animations of them.

In come numbers, traces and experiments of the engine, and an area of the frame; out come mobjects whose parts
are found by name. Nothing here reads storyboards, times or sound.

Below all rooms are `theme` (colours, sizes), `layout` (areas), `network_layout` (places of neurons; also used
by pages), `brightness`, `polylines` and `axis_line`. The rooms import each other in one direction: `text`,
`motion`, `parts`, `plots`, `networks`, and then `maths`, `charts`, `tables` and `analogies`. Stages and
scenes use all of them; checks of layout use `text.glyph`.
"""
