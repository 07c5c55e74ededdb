"""Finished answers as SVG plots."""
