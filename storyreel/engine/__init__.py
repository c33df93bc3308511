"""The mathematics of a lesson: networks, gradients, training. NumPy and contourpy only, usable in a notebook.

In: layers, a loss, an optimizer and examples, as arrays. Out: an `Experiment`, whose `trace` has every number
of one example by name, with its gradient and the operation that made it, and whose `run(steps)` is training.

`network`, `trace`, `experiment`, `training`: computing. `activations`, `losses`, `optimizers`,
`initializers`: tables, to which plug-ins add. `names`, `operation`, `derivation`: what numbers are called and
come from. `gradient_check`, `loss_landscape`, `weight_path`, `curves`, `contours`, `decision_regions`: what
pictures show. `serialization`: an experiment as plain data. Import the module that you need: a picture is
drawn again when a module that its scene imports changes, so nothing is imported here.
"""
