"""Finished answers as plain text."""
