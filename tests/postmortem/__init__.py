"""What happened to a pair, from its logs."""
