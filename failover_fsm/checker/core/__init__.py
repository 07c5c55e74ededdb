"""Models, properties, results and costs: the vocabulary of both checkers."""
