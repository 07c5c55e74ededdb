"""What must hold between records, and the patterns that command lines match."""
