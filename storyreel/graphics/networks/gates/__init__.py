"""Gates of neurons: their activation functions as small plots, and enlarged."""
