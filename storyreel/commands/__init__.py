"""The commands. Each imports what it needs when it runs, so that `check` answers at once."""

from storyreel.commands import check, export, listings, maintenance, render
from storyreel.commands.group import commands

__all__ = ["check", "commands", "export", "listings", "maintenance", "render"]
