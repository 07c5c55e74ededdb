"""Advice on a configuration, and disagreements between the two files of a pair."""
