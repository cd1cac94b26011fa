"""Profiles: built in, from text, from a file; and where a wrong one is wrong."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from aftercall import Category, Profile, ProfileError, judge

MINE = '{"aftercall_profile": 1, "name": "mine", "version": "7", "title": "Mine", "codes": [%s]}'
ROW = '{"code": 1, "category": "upload", "advice": "never", "effect": "rejected"}'


def test_the_built_in_profile_has_a_name() -> None:
    profile = Profile.built_in()
    assert (profile.name, profile.title) == ("eureka", "Eureka Open Platform REST API")
    assert profile.version
    with pytest.raises(ValueError, match='name: expected eureka; found "mine"'):
        Profile.built_in("mine")


@pytest.mark.parametrize("text", [MINE % ROW, (MINE % ROW).encode()])
def test_a_profile_is_read_from_text(text: str | bytes) -> None:
    profile = Profile.from_json(text)
    assert (profile.name, profile.version, profile.title) == ("mine", "7", "Mine")
    assert judge(200, None, b'{"status":false,"code":1}', profile=profile).category is Category.UPLOAD
    assert judge(200, None, b'{"status":false,"code":67200005}', profile=profile).category is Category.UNKNOWN
    assert judge(200, None, b'{"status":false,"code":1}', profile=None).category is Category.UNKNOWN


def test_a_profile_is_read_from_a_file(tmp_path: Path) -> None:
    path = tmp_path / "mine.json"
    path.write_text(MINE % ROW)
    assert Profile.from_file(path).name == "mine"
    assert Profile.from_file(str(path)).name == "mine"
    with pytest.raises(FileNotFoundError):
        Profile.from_file(tmp_path / "other.json")


def test_a_wrong_profile_says_where(tmp_path: Path) -> None:
    text = MINE % (ROW + ",\n" + ROW.replace("upload", "uplaod"))
    path = tmp_path / "mine.json"
    path.write_text(text)
    reads: list[Callable[[], Profile]] = [lambda: Profile.from_json(text), lambda: Profile.from_file(path)]
    for read in reads:
        with pytest.raises(ProfileError, match="line 2, column 25") as caught:
            read()
        error = caught.value
        assert isinstance(error, ValueError)
        assert (error.line, error.column, error.path) == (2, 25, "codes[1].category")
        for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
            restored = pickle.loads(pickle.dumps(error, protocol))
            assert (str(restored), restored.line, restored.path) == (str(error), 2, "codes[1].category")
        assert str(copy.deepcopy(error)) == str(error)


@pytest.mark.parametrize("text", [None, 5, ["x"], bytearray(b"{}")])
def test_text_of_another_type_is_refused_by_name(text: Any) -> None:
    with pytest.raises(TypeError, match="text: expected str or bytes; found"):
        Profile.from_json(text)


@pytest.mark.parametrize("profile", [Profile.built_in(), Profile.from_json(MINE % ROW)])
def test_a_profile_travels(profile: Profile) -> None:
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        restored = pickle.loads(pickle.dumps(profile, protocol))
        body = b'{"status":false,"code":1}'
        assert restored.name == profile.name
        assert judge(200, None, body, profile=restored) == judge(200, None, body, profile=profile)
    assert copy.copy(profile) is profile
    assert copy.deepcopy(profile) is profile


def test_a_profile_cannot_be_made_or_changed() -> None:
    profile: Any = Profile.built_in()
    with pytest.raises(TypeError):
        Profile()
    with pytest.raises(AttributeError):
        profile.name = "other"
