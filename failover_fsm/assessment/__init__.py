"""The answer about one pair: which single faults it survives, for how long service is away, what never triggers it.

`assess` builds the record, `print` shows it in at most twelve lines.
"""
