"""Tests of `failover_fsm.fleet`."""
