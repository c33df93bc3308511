"""`python -m storyreel` is the `storyreel` command.

Python then looks for modules in the working directory first, where a stranger's storyboard may lie beside a
`json.py`: that folder is taken off the path before anything else is imported.
"""

import sys

if not sys.flags.safe_path:
    del sys.path[0]

from storyreel.commands.cli import main

main()
