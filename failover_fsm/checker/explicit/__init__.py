"""The plain explorer: breadth-first over hashed states, liveness on the reached graph."""
