"""The machinery of the compiled checker; `docs/engine.md` explains it.

From the bottom: `layout` splits a state into key and rest, `residuals` says what a rule does
once the key is known, `operations` and `edges` keep that as arrays, `flow` moves whole sets of
states, `space` searches, `watch` judges on the way, `fixpoints` and `fairness` judge
afterwards, `traces` and `lassos` rebuild runs, and `export` writes models for other checkers.
"""
