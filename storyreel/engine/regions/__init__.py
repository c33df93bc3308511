"""Regions of a plane, from values at the nodes of a grid, and the classes that a network finds in examples.

In: values at the nodes, or a network and the grid. Out: outlines, as arrays of points: of the areas at most
as high as a level (`contours`), and of those in which a network predicts each class (`decision_regions`).
`recognition` says in how many examples a network finds the right class. `linear_fit` has the least cost of a
linear function on them, and `linear_sum` the one weighted sum that a network without activation functions is.
"""
