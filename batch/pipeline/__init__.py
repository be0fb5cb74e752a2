"""Runs: registry, ledger, progress, publishing. Computations are in `jobs`."""
