"""Pictures of everyday things whose measures are the numbers of a network."""
