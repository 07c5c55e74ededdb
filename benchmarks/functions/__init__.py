"""Mutation of the functions that decide: every comparison, boolean, constant, branch and call of them made wrong once.

python -m benchmarks.functions            # what has no result yet, then docs/explanation/mutation-of-functions.md
python -m benchmarks.functions --changed  # the same of functions that changed since their result, page included
python -m benchmarks.functions /pair/ --sample 30 --minutes 20  # thirty of each module of pair/, for twenty minutes
"""
