"""Grading a class: processes here, or a cluster."""
