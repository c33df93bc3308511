"""The squared error: a square over the gap between output and target on a number line, and its parts.

In: a number line and the two numbers. Out: mobjects as large as the error, and the animation between two.
"""
