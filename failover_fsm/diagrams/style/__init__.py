"""Colours, SVG primitives, and rendering by Graphviz."""
