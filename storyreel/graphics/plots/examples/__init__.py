"""Many examples: the gradient that each of them asks for, and the paths of training with all and with few.

In: an experiment with data, or runs of it, and an area. Out: mobjects measured in the area's units.
"""
