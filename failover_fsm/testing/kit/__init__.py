"""The test kit for any model of `failover_fsm.checker`: conformance tests, a Hypothesis machine, generated suites.

It imports the checker and nothing else of the package; a contract in pyproject.toml keeps it so. Users import its names
from `failover_fsm.testing`. See docs/howto/testing.md.
"""
