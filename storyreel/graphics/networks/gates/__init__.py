"""Activation functions as gates: a small plot on a neuron, and a large one beside the network.

In: an activation function, with a sum z and its value a. Out: mobjects with a dot at z and a on the curve.
"""
