"""Rendering: plays a performance with Manim and gives its frames, drawing only what changed.

In: a `Performance` (room `timing`) and a `Quality`. Out: frames with the boxes in which they changed, given
to a `TakeFrame` callback (`core.frame`); they are the frames of stock Manim, byte for byte, but for the tolerance
of curves (`surface`) and for lines that run or fade (`line_pictures`).

Other rooms use `play` (play, play_segments, last_frames, watch, watch_beats), `manim_import` (imports Manim
in less time), `tiles` (changed boxes on a grid) and `canvas_renderer` (to compare it with that of Manim).

`play` runs a scene of room `stage` with `canvas_renderer`. For each frame that gets a draw
operation for each mobject from `draw_op_cache`, and has `canvas` execute those that touch changed pixels.
`manim_patches` makes Manim's own computations faster.
"""
