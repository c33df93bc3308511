"""Commands: the command line, one function for each command.

In: arguments. Out: files, or text on standard output; `cli.main` turns errors into one line and an exit
status. `group` and `film_options` have the options that commands share, `cell_magic` is `%%storyreel` in
notebooks. A command imports what it needs when it runs, so that `check` answers in half a second. No other
room uses this one.
"""

from storyreel.commands import check, export, listings, maintenance, record, render
from storyreel.commands.group import commands

__all__ = ["check", "commands", "export", "listings", "maintenance", "record", "render"]
