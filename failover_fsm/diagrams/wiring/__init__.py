"""Pictures of a topology: the units, the elements between them, and a set of broken elements."""
