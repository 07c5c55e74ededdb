"""Specifications published elsewhere, written again as plain Python models.

Each module names the publication. The numbers of states, successors and levels that the authors' tools
report for them are pinned in ``test_checker_published.py``: two programs that share no code and agree on
them explore the same graph.
"""
