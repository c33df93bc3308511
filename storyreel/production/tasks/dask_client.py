"""The client of a Dask cluster, which is an executor; needs the extra `storyreel[cluster]`."""

import logging
import signal
import sys
import threading
from asyncio import gather
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any

from storyreel.core.errors import OutsideError, UsageError
from storyreel.production.pool import cores

NAME = "dask"
SCHEME = f"{NAME}://"
WAIT = 0.5
"""Seconds that a worker has to end when a render is ended."""


@contextmanager
def dask_client(place: str, workers: int | None = None) -> Iterator[Any]:
    """A client of the cluster at `place`, for as long as the context lasts.

    `place` is `dask://HOST:PORT`, the address of a scheduler, or `dask`: the scheduler that Dask's own
    configuration names, or else a cluster of this machine's cores, or of so many `workers`, that ends with
    the context. Raises UsageError for another place, OutsideError if Dask is not installed or there is no
    such cluster, after as long as Dask's configuration says (30 s).
    """
    if place != NAME and not place.startswith(SCHEME):
        raise UsageError(f"--on {place!r} is no cluster; write {NAME}, or {SCHEME}HOST:PORT")
    try:
        dask: Any = import_module("dask")
        distributed: Any = import_module("distributed")
    except ImportError:
        raise OutsideError(f"--on {place} needs Dask: pip install 'storyreel[cluster]'") from None
    # What goes wrong is told in one line, and workers that come and go are no news.
    logging.getLogger("distributed").setLevel(logging.CRITICAL)
    address = place.removeprefix(SCHEME) if place != NAME else dask.config.get("scheduler-address", None)
    if address is None:
        with _ctrl_c_kept_from_children():
            here = distributed.LocalCluster(
                n_workers=workers or cores(),
                threads_per_worker=1,
                dashboard_address=":0",
                silence_logs=logging.CRITICAL,
            )
        with here as cluster, distributed.Client(cluster) as client:
            try:
                yield client
            except BaseException:
                cluster.sync(_end_workers, cluster)
                raise
        return
    try:
        client = distributed.Client(address)
    except (OSError, ValueError) as error:
        raise OutsideError(f"no Dask scheduler answers at {address}: {error}") from error
    with client:
        if not client.nthreads():
            print(f"storyreel: {place} has no workers yet; waiting for them", file=sys.stderr)
        yield client


async def _end_workers(cluster: Any) -> None:
    """End the workers of a cluster made here, which would otherwise have 4 s to end what they draw."""
    await gather(*(nanny.close(timeout=WAIT) for nanny in cluster.workers.values()), return_exceptions=True)


@contextmanager
def _ctrl_c_kept_from_children() -> Iterator[None]:
    """Have processes that are started meanwhile not be stopped by Ctrl-C in their terminal.

    Workers would write tracebacks; they are ended by the process that started them. For this moment that does
    not hear Ctrl-C either.
    """
    if threading.current_thread() is not threading.main_thread():  # no other may say so
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
