"""The rules of the chapter: their catalogue, where each is implemented, and what checks it."""
