"""Equations as they are written, and with how many digits each number in them is."""
