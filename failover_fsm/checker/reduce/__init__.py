"""Reductions that keep verdicts: symmetry and cones of influence."""
