"""Plots: axes, curves, maps and number lines, and what moves on them.

In come functions and arrays of the engine, such as loss landscapes and runs, and an area; out come mobjects
that convert values into points of the frame. Others use `axes` and the plots of each scene: `loss_curve`,
`adjustable`, `maps`, `run_plot`, `squares`, `number_line`.
"""
