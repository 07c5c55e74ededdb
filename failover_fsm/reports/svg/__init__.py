"""Reports as SVG plots."""
