"""Stages of an update of weights: the learning rate that it takes.

In: an experiment. Out: the base of the scene `update`.
"""
