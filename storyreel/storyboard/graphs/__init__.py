"""Graphs as a picture shows them: how much room there is for their nodes."""
