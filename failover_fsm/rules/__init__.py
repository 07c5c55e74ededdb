"""The rules of the chapter: which there are, where each is implemented, and what checks it."""
