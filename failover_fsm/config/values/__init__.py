"""Checked values of single fields, lines of text, and the errors that name them."""
