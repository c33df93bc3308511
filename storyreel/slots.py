"""Slots: how many processes may work at once, shared by all that are forked from the one that made them."""

import os


class Slots:
    """`number` slots, in a pipe of which one byte is a slot: taking one waits until there is one."""

    def __init__(self, number: int) -> None:
        self._free, self._given_back = os.pipe()
        os.write(self._given_back, b"." * number)

    def take(self) -> None:
        """Wait for a slot, and take it."""
        os.read(self._free, 1)

    def give_back(self) -> None:
        """Give a slot back, one's own or that of a process that has ended without doing so."""
        os.write(self._given_back, b".")
