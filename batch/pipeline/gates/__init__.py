"""Publish gates: what a staged version must be like to go live.

`samples` and `measure` read the stores, within bounds; `checks` judges the facts and reads nothing; `records` keeps
results and waivers in the run's ledger entry.
"""
