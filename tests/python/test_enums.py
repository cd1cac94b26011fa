"""The enums are the core's closed sets: same names, same numbers, fixed for ever."""

from __future__ import annotations

import copy
import enum
import json
import pickle

import pytest

import aftercall
from aftercall import Advice, Anomaly, Category, Effect, Expect, Fault, OperationKind, Outcome, _native
from aftercall.enums import (
    Action,
    DelaySource,
    GateState,
    Jitter,
    OverCap,
    Preset,
    Reason,
    Remedy,
    RetryMutations,
    Role,
    TaskState,
)

SETS: list[type[enum.IntEnum]] = [Outcome, Category, Advice, Effect, OperationKind, Fault, Anomaly, Expect]
SETS += [Action, Reason, DelaySource, GateState, Jitter, OverCap, RetryMutations, Preset, Role, Remedy, TaskState]

# Written out once more: what is published is never renumbered.
PUBLISHED = {
    "Outcome": "none success failure",
    "Category": "none success authentication permission account balance quota rate_limit invalid_request upload "
    "not_found upstream server transport protocol unknown cancelled",
    "Advice": "never backoff throttle refresh_auth hold",
    "Effect": "unknown not_sent rejected done",
    "OperationKind": "mutation query auth",
    "Fault": "- dns connect connect_timeout proxy tls read_timeout reset closed truncated decode too_large bad_request "
    "cancelled",
    "Anomaly": "duplicate_field odd_flag odd_code malformed_body contradiction by_message invalid_utf8 too_deep",
    "Expect": "envelope raw",
    "Action": "- retry refresh stop",
    "Reason": "- success cancelled not_retryable auth_failed quota_hold unsafe_to_replay attempts_exhausted "
    "server_delay_too_long deadline budget_exhausted",
    "DelaySource": "backoff server",
    "GateState": "not_reached passed stopped skipped",
    "Jitter": "none full equal decorrelated",
    "OverCap": "give_up clamp",
    "RetryMutations": "never rejected_only always",
    "Preset": "standard cost_averse none",
    "Role": "user owner",
    "Remedy": "- fix_input check_id sign_in_again contact_admin renew_contract top_up wait slow_down choose_other_file "
    "retry_later contact_support",
    "TaskState": "- pending succeeded failed unknown",
}


@pytest.mark.parametrize("members", SETS, ids=lambda members: members.__name__)
def test_names_and_numbers_are_the_published_ones(members: type[enum.IntEnum]) -> None:
    numbered = dict(enumerate(PUBLISHED[members.__name__].split()))
    numbered = {number: name for number, name in numbered.items() if name != "-"}
    assert {member.value: str(member) for member in members} == numbered
    assert {member.value: member.name for member in members} == {n: name.upper() for n, name in numbered.items()}


@pytest.mark.parametrize("members", SETS, ids=lambda members: members.__name__)
def test_names_and_numbers_are_the_cores(members: type[enum.IntEnum]) -> None:
    assert [(member.name, member.value) for member in members] == _native._closed_sets()[members.__name__]
    assert set(_native._closed_sets()) == {members.__name__ for members in SETS}


@pytest.mark.parametrize("members", SETS, ids=lambda members: members.__name__)
def test_members_survive_pickling_and_copying(members: type[enum.IntEnum]) -> None:
    assert getattr(aftercall, members.__name__) is members
    assert members.__module__ == "aftercall"
    assert members.__doc__
    for member in members:
        assert copy.deepcopy(member) is member
        for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
            assert pickle.loads(pickle.dumps(member, protocol)) is member


def test_a_member_is_a_number_with_a_name() -> None:
    assert int(Category.RATE_LIMIT) == 7
    assert str(Category.RATE_LIMIT) == "rate_limit"
    assert f"{Category.RATE_LIMIT:>11}" == " rate_limit"
    assert repr(Category.RATE_LIMIT) == "<Category.RATE_LIMIT: 7>"
    assert "%d" % Category.RATE_LIMIT == "7"
    assert json.dumps({"category": Category.RATE_LIMIT}) == '{"category": 7}'


def test_a_category_knows_what_it_is_elsewhere() -> None:
    quota = Category.QUOTA
    assert (quota.grpc_code, quota.suggested_http_status, quota.problem_type) == (8, 503, "urn:aftercall:problem:quota")
    for category in Category:
        assert (category.grpc_code == 0) == (category is Category.SUCCESS)
        assert 200 <= category.suggested_http_status < 600
