"""Reads themes: the name of one that comes with storyreel, or a YAML file of a course's own.

In: what a storyboard's `theme:` says, or the command line. Out: a checked `Theme` (room `storyboard`). Each
mistake is a problem with its place in the theme's file.
"""
