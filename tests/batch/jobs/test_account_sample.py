"""A share of the accounts: whole, the same ones each time, in Spark as in Python."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from batch.jobs.account_sample import is_account_sampled, sample_accounts, sample_events

ACCOUNTS = [f"account-{number}" for number in range(2000)]


@given(st.text(min_size=1), st.floats(0, 1), st.floats(0, 1))
def test_a_larger_share_holds_the_accounts_of_a_smaller_one(account: str, one: float, other: float) -> None:
    small, large = sorted((one, other))
    assert is_account_sampled(account, large) or not is_account_sampled(account, small)
    assert is_account_sampled(account, 1.0)


@pytest.mark.spark
def test_accounts_stay_whole_and_spark_draws_those_of_python(frames: Any) -> None:
    owners = {f"{account}/{number}": account for account in ACCOUNTS for number in range(2)}
    profiles = frames.profiles(owners)
    sampled = sample_accounts(profiles, 0.1)
    drawn = [account for account in ACCOUNTS if is_account_sampled(account, 0.1)]
    assert sorted(row.account_id for row in sampled.collect()) == sorted(drawn * 2)
    assert 150 < len(drawn) < 250
    assert sample_accounts(profiles, 1.0) is profiles

    events = frames.events([{"profile_id": profile, "title_id": "t"} for profile in [*owners, "anonymous"]])
    kept = {row.profile_id for row in sample_events(events, sampled).collect()}
    assert kept == {profile for profile, account in owners.items() if account in set(drawn)}
