"""Trees of derivatives: what the loss depends on, and how fast it changes with each of these numbers."""
