"""The stages of chapters about a graph of operations."""
