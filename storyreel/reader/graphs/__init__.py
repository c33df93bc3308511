"""The entries of `networks:` that are graphs, whose values are given as formulas."""
