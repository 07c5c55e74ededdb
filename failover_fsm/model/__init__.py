"""A configured pair in an environment that may fail, as the checkers take it."""
