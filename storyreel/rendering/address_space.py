"""The limit on the memory addresses of a process, as `ulimit -v` sets it."""

import resource

from storyreel.core.errors import OutsideError

NEEDED = 1_200_000_000
"""Bytes of address space: enough for 4k, with the libraries' files and what they reserve."""


def require_address_space() -> None:
    """Raise OutsideError if a process may not use the addresses that drawing needs.

    Libraries that get none end the process, or raise what does not look like it.
    """
    limit, _ = resource.getrlimit(resource.RLIMIT_AS)
    if limit != resource.RLIM_INFINITY and limit < NEEDED:
        raise OutsideError(
            f"a process may use {limit:,} bytes of address space here (ulimit -v); drawing needs {NEEDED:,}"
        )
