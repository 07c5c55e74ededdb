"""Mutation of the functions that decide: every comparison, boolean, constant, branch and call of them made wrong once.

python -m benchmarks.functions            # what has no result yet, then docs/explanation/mutation-of-functions.md
python -m benchmarks.functions --changed  # the same of functions that changed since their result, page included
"""
