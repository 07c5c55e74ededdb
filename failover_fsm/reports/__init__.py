"""Finished answers, written for people: text, HTML, SVG."""
