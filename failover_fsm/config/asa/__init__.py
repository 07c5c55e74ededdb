"""ASA running-config text, read and written."""
