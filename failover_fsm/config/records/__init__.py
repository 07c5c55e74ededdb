"""What the operator wrote, as frozen records."""
