"""Data decoded: the same objects whichever decoder is installed, and every digit of an integer."""

from __future__ import annotations

import builtins
import importlib
import json
import re
from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aftercall import _decoding, judge

from bodies import success

DECODERS = ["orjson", "msgspec", "json"]


def decoding_with(only: str) -> ModuleType:
    """The module as it is where of the fast decoders only this one is installed."""
    real = builtins.__import__

    def importing(name: str, *arguments: Any) -> ModuleType:
        if name in ("orjson", "msgspec") and name != only:
            raise ImportError(name)
        return real(name, *arguments)

    specification = importlib.util.find_spec("aftercall._decoding")
    assert specification is not None
    assert specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(builtins, "__import__", importing)
        specification.loader.exec_module(module)
    return module


def decoder_of(module: ModuleType) -> Callable[[bytes], Any]:
    """What the native half does, which looks for long numbers itself."""

    def decode(data: bytes) -> Any:
        decoder = module.decode_exactly if re.search(rb"[0-9]{19}", data) else module.decode
        return decoder(memoryview(data))

    return decode


@pytest.fixture(params=DECODERS, scope="module")
def decode(request: pytest.FixtureRequest) -> Callable[[bytes], Any]:
    module = decoding_with(request.param)
    assert (module._fast is None) == (request.param == "json")
    return decoder_of(module)


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


@settings(max_examples=300, deadline=None)
@given(VALUES)
def test_what_was_encoded_comes_back_from_every_decoder(value: object) -> None:
    # The surrogates that st.text() leaves out have a test of their own.
    for encoded in (json.dumps(value).encode(), json.dumps(value, ensure_ascii=False).encode()):
        for decode in EVERY:
            assert decode(encoded) == value


EVERY = [decoder_of(decoding_with(only)) for only in DECODERS]


@pytest.mark.parametrize(
    ("data", "value"),
    [
        (b"1579434053399036000", 1579434053399036000),
        (b"18446744073709551616", 2**64),
        (b'{"a":[-99999999999999999999999999]}', {"a": [-99999999999999999999999999]}),
        (b"1e2", 100.0),
        (b"0.1234567890123456789012", 0.1234567890123456789012),
        (b'"\\ud800"', "\ud800"),
        (b'"\\ud83d\\ude00"', "😀"),
        (b'{"a":1,"a":2}', {"a": 2}),
        (b'"caf\xe9"', "caf\ufffd"),
        (b"1e400", float("inf")),
        (b" [ ] ", []),
    ],
)
def test_hard_values_are_the_same_from_every_decoder(
    data: bytes, value: object, decode: Callable[[bytes], Any]
) -> None:
    decoded = decode(data)
    assert decoded == value
    assert type(decoded) is type(value)


@pytest.mark.parametrize("data", [b"", b"%PDF", b'{"a":', b"\xff\xfe"])
def test_what_is_no_json_raises_the_same_from_every_decoder(data: bytes, decode: Callable[[bytes], Any]) -> None:
    with pytest.raises(json.JSONDecodeError):
        decode(data)


def test_data_is_decoded_from_a_part_of_the_body() -> None:
    assert judge(200, None, success({"id": 2**70, "名": ["é", None, 1.5]})).data() == {
        "id": 2**70,
        "名": ["é", None, 1.5],
    }


def test_no_long_integer_loses_a_digit_wherever_it_stands() -> None:
    for digits in range(17, 24):
        for before in range(45):
            for behind in (0, 30):
                value = {"a" * before: int("9" * digits), "b": "x" * behind}
                assert judge(200, None, success(value)).data() == value


def test_a_raw_json_file_with_a_byte_order_mark_is_decoded() -> None:
    assert judge(200, None, b'\xef\xbb\xbf{"a": 1}', expect="raw").data() == {"a": 1}


def test_the_decoder_in_use_is_the_fastest_that_is_installed() -> None:
    import orjson

    assert _decoding._fast is orjson.loads
