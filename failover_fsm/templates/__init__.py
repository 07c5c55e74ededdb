"""Templates of the texts that a device prints: one source for the writer and the reader of a line."""
