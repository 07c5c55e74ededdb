"""State graphs and traces for other tools: GraphML, ITF, ShiViz."""
