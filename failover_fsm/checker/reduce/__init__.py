"""Reductions that keep verdicts: symmetry, cost bounds, cones of influence."""
