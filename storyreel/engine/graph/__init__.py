"""Networks as graphs of primitive operations, and backpropagation through any such graph.

In: formulas of the author's (`GraphBuilder`), or a layered `Network` (`layered_graph`). Out: a `Graph`, whose
forward pass gives the value of every node and whose backward pass its gradient; a `GraphTrace` has both by
name.

`primitive` is what a row of the table `primitives.PRIMITIVES` has: a function with its derivative and its
notation. `arithmetic`, `matrices` and `layers` are the rows. `tokens` and `formula` parse,
`builder` resolves names and checks shapes, before anything is computed.
"""
