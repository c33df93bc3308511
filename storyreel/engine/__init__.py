"""The mathematics of a lesson: networks, gradients, training. NumPy and contourpy only, usable in a notebook.

In: layers, a loss, an optimizer and examples, as arrays. Out: an `Experiment`, whose `trace` has every number
of one example by name, with its gradient and the operation that made it, and whose `run(steps)` is training.

`graph` has the one forward and backward pass that there is; a `network` of `layer`s is a graph. `trace` has
its numbers by name, and an `experiment` is a `trainable`, as a graph with parameters is. `activations`,
`losses`, `optimizers`, `schedules` of the learning rate and `initializers` are tables; plug-ins add
activations and losses. `names`, `operation` and `derivation` say what a number is called and which formula it
comes from. `gradient_check` tests backpropagation. `loss_landscape`, `weight_path`, `curves` and `regions`
are for plots. `notebook` shows a network and its numbers in a notebook. `serialization` is an experiment as
plain data.

Import the module that you need: a picture is drawn again when a module that its scene imports changes, so
nothing is imported here.
"""
