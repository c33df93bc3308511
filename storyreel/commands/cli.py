"""The command line's entry point: runs a command and turns errors into messages and an exit status.

Results go to standard output, everything else to standard error, with one line for an error. Exit status: 0
done, 1 the storyboard has problems, 2 wrong usage, 3 something outside failed, 130 stopped by Ctrl-C.
"""

import gc
import io
import os
import signal
import sys
from typing import NoReturn

import click

from storyreel.commands import commands
from storyreel.core.errors import StoryboardError, StoryreelError, UsageError
from storyreel.core.threads import ONE_THREAD

STOPPED = 128 + signal.SIGINT
TERMINATED = 128 + signal.SIGTERM


def main() -> NoReturn:
    """Run the command that the program's arguments name, and exit."""
    os.environ |= ONE_THREAD
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # not every terminal can show every character
    gc.set_threshold(
        100_000
    )  # reading creates many objects that stay: collecting takes a quarter of its time
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(TERMINATED))  # so that temporary files are removed
    try:
        with commands.make_context("storyreel", sys.argv[1:]) as context:
            commands.invoke(context)
        sys.stdout.flush()
        sys.exit(0)
    except click.exceptions.Exit as exit:
        sys.exit(exit.exit_code)
    except KeyboardInterrupt:
        sys.exit(STOPPED)
    except click.exceptions.NoArgsIsHelpError as error:
        error.show()
        sys.exit(error.exit_code)
    except click.ClickException as error:
        _fail(error.format_message(), UsageError.exit_status)
    except StoryboardError as error:
        print(error, file=sys.stderr)
        sys.exit(error.exit_status)
    except StoryreelError as error:
        _fail(str(error), error.exit_status)
    except BrokenPipeError:  # the reader of our output has closed it
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except OSError as error:
        _fail(
            f"{error.filename}: {error.strerror}" if error.filename else str(error),
            StoryreelError.exit_status,
        )
    except Exception as error:
        if sys.flags.dev_mode:
            raise
        fault = f"{type(error).__name__}: {error}".splitlines()[0]
        _fail(f"a fault in storyreel, shown in full by python -X dev -m storyreel: {fault}", 3)


def _fail(message: str, status: int) -> NoReturn:
    print(f"storyreel: {message}", file=sys.stderr)
    sys.exit(status)
