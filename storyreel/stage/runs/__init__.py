"""Stages of chapters with pictures of training runs."""
