"""Stages of chapters with tables of numbers."""
