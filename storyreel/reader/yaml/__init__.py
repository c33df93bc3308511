"""YAML as nodes that keep their places.

In: the text of a file (`reader.source_file`). Out: a tree of `Node`, from `composer.composed`, with what
scalars are (`scalars`), where their characters are in the file (`positions`), and YAML's error messages in
words for authors (`errors`).
"""
