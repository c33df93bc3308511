"""Maps of a plane: the loss over two weights, and the answers of a network over two inputs.

In: axes, heights or classes over a grid, and places. Out: mobjects with regions, points and arrows.
"""
