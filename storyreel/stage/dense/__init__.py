"""Stages of a network of many neurons: its values, its gradients, its matrices, and its training on data.

In: an experiment. Out: the bases of the scene `layers`.
"""
