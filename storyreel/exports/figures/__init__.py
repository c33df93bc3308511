"""The interactive figures of the page: their data, and their tables of numbers.

In: the entry of a network or a graph in the manifest. Out: data for the page's scripts, and rows of a table.
"""
