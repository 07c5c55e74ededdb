"""What a device prints and people paste: show commands, histories and system messages, written and read."""
