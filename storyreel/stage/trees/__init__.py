"""Stages of chapters with trees of numbers."""
