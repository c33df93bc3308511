"""No more processes work at a time than there are slots, and none is lost with a process that is killed."""

import os
import signal
from collections.abc import Callable

from storyreel.production.worker_slots import WorkerSlots


def forked(action: Callable[[], bool]) -> tuple[int, bool]:
    """A process that does `action` and then waits, and what came of it."""
    heard, told = os.pipe()
    child = os.fork()
    if not child:
        os.write(told, bytes([action()]))
        signal.pause()
    os.close(told)
    answer = bool(os.read(heard, 1)[0])
    os.close(heard)
    return child, answer


def killed(child: int) -> None:
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)


def test_there_are_so_many_slots_and_no_more() -> None:
    slots = WorkerSlots(2)
    assert slots.try_acquire()
    second, has_second = forked(slots.try_acquire)
    third, has_third = forked(slots.try_acquire)
    assert (has_second, has_third) == (True, False)
    assert not slots.is_free()
    killed(third)
    assert not slots.is_free()
    killed(second)
    assert slots.is_free()
    assert slots.is_free()  # asking takes none


def test_the_slot_of_the_process_itself_is_not_a_free_one() -> None:
    slots = WorkerSlots(1)
    assert slots.try_acquire()
    assert not slots.is_free()
    assert not slots.try_acquire()
    slots.release()
    assert slots.is_free()


def test_a_forked_process_has_no_part_in_the_slot_of_its_parent() -> None:
    slots = WorkerSlots(1)
    assert slots.try_acquire()
    child, has_slot = forked(slots.try_acquire)
    assert not has_slot
    killed(child)
    assert not slots.is_free()  # the child's end has given back nothing
    slots.release()
    child, has_slot = forked(slots.try_acquire)
    assert has_slot
    killed(child)
