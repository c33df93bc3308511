"""Animations: how things appear, change, move and vanish.

In come mobjects; out come Manim animations with the project's easings. Others use mainly `verbs`; `redraw`
is for pictures that are drawn in every frame, `trail` for steps, `placement` for shapes that must not touch.
"""
