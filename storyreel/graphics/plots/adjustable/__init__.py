"""A loss curve whose parts follow when a weight changes, its tags, and its arrival."""
