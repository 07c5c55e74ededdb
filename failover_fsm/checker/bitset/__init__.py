"""The machinery of the compiled checker; `docs/engine.md` explains it.

From the bottom: `layout` splits a state into key and rest, `masks` numbers sets of rests, `forest` takes
keys down all decision trees at once, `operations` and `edges` keep what came out as arrays, `flow` moves whole sets of
states, `space` searches, `watch` judges on the way, `fixpoints` and `fairness` judge
afterwards, `traces` and `lassos` rebuild runs, and `export` writes models for other checkers.
"""
