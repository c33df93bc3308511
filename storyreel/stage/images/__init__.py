"""Stages of chapters about networks whose outputs are classes of images."""
