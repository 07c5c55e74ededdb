"""Models published elsewhere, written again as rules.

Each module names the publication and the figures that its authors print: distinct states, states generated and depth
(TLC), states and rules fired (Rumur), states, transitions and breadth-first iterations (PRISM), unique states
(Stateright). ``tests/checker/test_published.py`` holds both engines against them: programs that share no code and
agree on the figures explore the same graph.
"""
