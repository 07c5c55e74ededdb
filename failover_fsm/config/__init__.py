"""What the operator wrote: records of a pair, running-config text in and out, checks and advice."""
