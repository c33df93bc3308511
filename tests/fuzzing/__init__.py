"""A fuzzer: mutated storyboards, each checked, measured or drawn in a process of its own, within limits.

`scripts/fuzz` runs it. Case number n of a seed is always the same file, so a run can be repeated and resumed.
"""
