"""Reading storyboards: from a YAML file to a checked `Storyboard`, or to all of its problems.

`lesson` reads the whole file with the help of one module for each thing in it. Each puts its problems into
the `Document`, which knows where everything stands, and goes on, so that all are found at once.
"""
