"""Plots: axes, curves, maps and number lines, and what moves on them.

In come functions and arrays of the engine, such as loss landscapes and runs, and an area; out come mobjects
that convert values into points of the frame. Others use `axes` and the plots of each scene: `loss_curve`,
`adjustable`, `loss_map`, `run_plot`, `decision_map`, `error_square`, `number_line`.
"""
