"""What notebooks show of a network and of a trace: a diagram and a table."""
