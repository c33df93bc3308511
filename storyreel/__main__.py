"""`python -m storyreel` is the `storyreel` command."""

from storyreel.commands.cli import main

main()
