"""Standard input, output and error as a command can use them."""

import io
import os
import sys


def prepare_standard_streams() -> None:
    """Have the null device stand for streams that the caller closed, and all characters be written somehow.

    A file that is opened later would else get the number of a closed stream, and what is meant for the
    stream would be written to that file.
    """
    for descriptor, name, mode in ((0, "stdin", "r"), (1, "stdout", "w"), (2, "stderr", "w")):
        if getattr(sys, name) is None:
            null = os.open(os.devnull, os.O_RDWR)
            if null == descriptor:
                os.set_inheritable(descriptor, True)
            else:
                os.dup2(null, descriptor)
                os.close(null)
            setattr(sys, name, open(descriptor, mode, encoding="utf-8", closefd=False))  # noqa: SIM115
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # not every terminal can show every character
