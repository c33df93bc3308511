"""Stages of the error of an output: its length on a number line, and the area of its square.

In: an experiment. Out: the base of the scene `loss`.
"""
