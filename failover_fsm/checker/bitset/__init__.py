"""Symbolic explicit-state search on bitsets: the machinery of the compiled checker.

`docs/explanation/engine.md` explains it.

From the bottom up:

- `layout` splits a state into a sparse key and a dense offset; `sparse_keys` numbers the keys, `offset_sets` the sets
  of offsets;
- `forest` evaluates all decision trees on a batch of keys at once, `batches` holds its inputs and outputs;
- `updates` turns rule results into bit moves, `transitions` stores the transition relation, `images` applies it to
  whole sets of states;
- `reached` searches breadth-first, `monitor` judges properties during the search, `fixpoints` and `fairness` after it;
- `counterexamples` and `lassos` rebuild runs; `checkpoint` saves and identifies a search.
"""
