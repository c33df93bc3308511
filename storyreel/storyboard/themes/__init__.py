"""Themes: how a lesson looks.

A `Theme` (module `theme`) is a value that a storyboard and a performance carry. `built_in` reads those that
come with storyreel, `faults` finds what nobody could read or tell apart, and `in_use` has the theme that is
drawn with. Themes of authors are read by `storyreel.reader.themes`.
"""
