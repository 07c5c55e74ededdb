"""The configuration as frozen records."""
