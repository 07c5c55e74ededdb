"""Consistency of the records, and the patterns that command lines match."""
