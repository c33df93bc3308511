"""`python -m storyreel` and the program `storyreel`.

Ctrl-C ends the program at once, without a traceback, until everything is imported and the command line runs.
"""

import signal
import sys

if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
    signal.signal(signal.SIGINT, signal.SIG_DFL)
if __name__ == "__main__" and not sys.flags.safe_path:
    # Python looks for modules in the working directory first, where a stranger's storyboard may lie beside
    # a `json.py`: that folder is taken off the path before anything else is imported.
    del sys.path[0]

from storyreel.commands.cli import main

if __name__ == "__main__":
    main()
