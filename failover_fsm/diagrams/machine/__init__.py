"""State diagrams of tables and of explored pairs, in several drawing languages."""
