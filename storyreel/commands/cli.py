"""The command line's entry point: runs a command and turns errors into messages and an exit status.

Results go to standard output, everything else to standard error, with one line for an error. Exit status: 0
done, 1 the storyboard has problems, 2 wrong usage, 3 something outside failed, 130 stopped by Ctrl-C.
"""

import gc
import os
import signal
import sys
from typing import NoReturn, TextIO

import click

from storyreel.commands import commands
from storyreel.commands.standard_streams import prepare_standard_streams
from storyreel.core.errors import OutsideError, StoryboardError, StoryreelError, UsageError
from storyreel.core.threads import ONE_THREAD

STOPPED = 128 + signal.SIGINT
TERMINATED = 128 + signal.SIGTERM


def main() -> NoReturn:
    """Run the command that the program's arguments name, and exit."""
    os.environ |= ONE_THREAD
    prepare_standard_streams()
    if signal.getsignal(signal.SIGINT) is signal.SIG_DFL:  # see storyreel.__main__
        signal.signal(signal.SIGINT, signal.default_int_handler)
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
        _end(str(error), error.exit_status)
    except StoryreelError as error:
        _fail(str(error), error.exit_status)
    except BrokenPipeError:  # the reader of our output has closed it
        _discard(sys.stdout)
        sys.exit(0)
    except MemoryError:
        _fail("there is not enough memory", OutsideError.exit_status)
    except OSError as error:
        _fail(_cause(error), OutsideError.exit_status)
    except Exception as error:
        if sys.flags.dev_mode:
            raise
        fault = f"{type(error).__name__}: {error}".splitlines()[0]
        _fail(f"a fault in storyreel, shown in full by python -X dev -m storyreel: {fault}", 3)


def _cause(error: OSError) -> str:
    """What failed, and why."""
    reason = error.strerror or str(error)
    return f"{error.filename}: {reason}" if error.filename else reason


def _fail(message: str, status: int) -> NoReturn:
    _end(f"storyreel: {message}", status)


def _end(text: str, status: int) -> NoReturn:
    """Print the text to standard error, if that is possible, and exit."""
    try:
        print(text, file=sys.stderr, flush=True)
    except OSError:
        _discard(sys.stderr)
    sys.exit(status)


def _discard(stream: TextIO) -> None:
    """Have the null device take what is written to a stream, also what Python still writes at its end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
