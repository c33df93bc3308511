"""Stages of chapters about the chain from a weight or a bias to the loss."""
