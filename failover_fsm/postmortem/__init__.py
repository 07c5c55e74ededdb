"""What happened to a pair, from its logs and histories: which faults, repairs and commands explain them.

Everything here computes: texts and records in, answers out. The readers of the texts are those of `device`.
"""
