"""Many pairs at once: their files found and paired, one row for each.

The unit of work is a pure function from the texts of one pair, and what is known of the promises of its structure, to
a row (`work.examine`); so it runs in this process, in another one or on another machine alike. `schedule` hands these
out, and keeps every row as soon as it is finished.
"""
