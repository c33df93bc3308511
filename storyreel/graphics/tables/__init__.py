"""Tables of numbers, whose rows are examples or quantities."""
