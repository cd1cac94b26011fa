"""Realistic pages of patent search results, of an exact size, always the same.

English and Chinese are mixed so that about a quarter of the bytes is not ASCII, as in real pages: a reader that is
fast on ASCII alone shows it here. The words are invented; no record describes a real patent.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from enum import Enum
from functools import lru_cache
from random import Random

SEED = 20261123
WANTED_SHARE = 0.26

Record = dict[str, object]


class Order(Enum):
    """Where the envelope stands."""

    DATA_FIRST = "data first"
    ENVELOPE_FIRST = "envelope first"


class Spelling(Enum):
    """How the JSON is written."""

    COMPACT = "compact"
    PRETTY = "pretty"
    ESCAPED = "escaped"

    @property
    def longest_sentence(self) -> int:
        """What one sentence can take in bytes: six for each escaped letter, three for each Chinese one."""
        return 180 if self is Spelling.ESCAPED else 110

    @property
    def overhead(self) -> int:
        """About how many bytes of a record are not text: names, numbers, quotes, indentation."""
        return 510 if self is Spelling.PRETTY else 300


ENGLISH = (
    ("battery separator", "solid electrolyte", "heat exchanger", "optical sensor", "rotor blade", "fuel cell stack"),
    ("improves", "stabilises", "measures", "controls", "protects", "regenerates"),
    ("the ionic conductivity", "the surface temperature", "the charge state", "the flow rate", "the coating thickness"),
    ("under cyclic load", "at low temperature", "without additional wiring", "over the whole service life"),
)
CHINESE = (
    ("电池隔膜", "固态电解质", "换热装置", "光学传感器", "风机叶片", "燃料电池堆"),
    ("提高了", "稳定了", "检测", "控制", "保护", "恢复"),
    ("离子电导率", "表面温度", "荷电状态", "流体流量", "涂层厚度"),
    ("，适用于低温环境", "，结构简单且成本较低", "，延长了使用寿命", "，无需额外布线"),
)
APPLICANTS = (
    ("Northfield Energy Systems Inc.", "Alder & Finch Instruments Ltd.", "Kestrel Mobility GmbH", "Aoba Seimitsu KK"),
    ("华岭新能源股份有限公司", "江畔精密仪器有限公司", "云栖材料研究院", "东湖动力科技有限公司"),
)
INVENTORS = (
    ("Moore, Alice", "Berger, Jonas", "Sato, Haruka", "Okafor, Chidi"),
    ("王小明", "李文静", "陈立新", "赵雨桐"),
)
IPC = ("H01M10/0525", "H01M50/449", "F28D1/04", "G01N21/27", "F03D1/06", "H01M8/0432", "B60L58/12", "C09D7/61")


def page(size: int, order: Order, spelling: Spelling) -> bytes:
    """A successful search reply of exactly `size` bytes, 1 KB at least."""
    return _encode(_records(size, spelling), size, order, spelling)


@lru_cache(maxsize=8)
def _records(size: int, spelling: Spelling) -> tuple[Record, ...]:
    """The records of a page; the last abstract is lengthened until the page has its size."""
    author = _Author(Random(SEED + size), spelling.overhead)
    records = [author.record()]
    used = len(_encode(records, size, Order.DATA_FIRST, spelling))
    while True:
        record = author.record()
        used += _cost(record, spelling)
        if used + spelling.longest_sentence > size:
            break
        records.append(record)
    _fill(records, size, spelling, author)
    return tuple(records)


def _fill(records: list[Record], size: int, spelling: Spelling, author: _Author) -> None:
    abstract = str(records[-1]["abstract"])
    missing = size - len(_encode(records, size, Order.DATA_FIRST, spelling))
    while missing > spelling.longest_sentence:
        sentence = author.sentence()
        missing -= len(_dump(sentence, spelling)) - 2
        abstract += sentence
    records[-1]["abstract"] = abstract + ("Further embodiments follow. " * 7)[:missing]


def _encode(records: Sequence[Record], total: int, order: Order, spelling: Spelling) -> bytes:
    data = {"total_search_result_count": total, "result_count": len(records), "results": records}
    verdict: Record = {"status": True, "error_code": 0}
    return _dump({"data": data, **verdict} if order is Order.DATA_FIRST else {**verdict, "data": data}, spelling)


def _cost(record: Record, spelling: Spelling) -> int:
    """What a record adds to a page: itself and a comma, or more lines and their deeper indentation."""
    text = _dump(record, spelling)
    return len(text) + (1 if spelling is not Spelling.PRETTY else 6 * (text.count(b"\n") + 1) + 2)


def _dump(value: object, spelling: Spelling) -> bytes:
    if spelling is Spelling.PRETTY:
        return json.dumps(value, ensure_ascii=False, indent=2).encode()
    return json.dumps(value, ensure_ascii=spelling is Spelling.ESCAPED, separators=(",", ":")).encode()


class _Author:
    """Writes records, in Chinese whenever the share of non-ASCII bytes has fallen below the wanted one."""

    def __init__(self, random: Random, overhead: int) -> None:
        # Only `random()` is promised to give the same numbers in every version of Python.
        self._random = random.random
        self._overhead = overhead
        self._bytes = 0
        self._foreign = 0

    def record(self) -> Record:
        country = self._one(("CN", "US", "EP", "WO", "JP"))
        number = self._below(90_000_000) + 10_000_000
        year = 2001 + self._below(24)
        self._bytes += self._overhead
        return {
            "patent_id": f"{self._below(1 << 32):08x}-{self._below(1 << 16):04x}-4{self._below(4096):03x}",
            "family_id": 1_579_434_053_399_036_000 + self._below(1 << 32),
            "pn": f"{country}{number}{self._one(('A', 'A1', 'B', 'B2'))}",
            "apno": f"{country}{year}{self._below(10_000_000):07d}",
            "title": self._said(self._sentence()).rstrip(". 。"),
            "abstract": "".join(self.sentence() for _ in range(2 + self._below(3))),
            "original_assignee": [self._said(self._one(APPLICANTS[self._language()]))],
            "inventor": [self._said(self._one(INVENTORS[self._language()])) for _ in range(1 + self._below(2))],
            "ipc": [self._one(IPC) for _ in range(1 + self._below(2))],
            "apdt": year * 10_000 + (1 + self._below(12)) * 100 + 1 + self._below(28),
            "pbdt": (year + 1) * 10_000 + (1 + self._below(12)) * 100 + 1 + self._below(28),
            "score": round(1 - self._random() / 2, 4),
        }

    def sentence(self) -> str:
        return self._said(self._sentence())

    def _sentence(self) -> str:
        if self._language() == 1:
            return "一种" + "".join(self._one(words) for words in CHINESE) + "。"
        return "The " + " ".join(self._one(words) for words in ENGLISH) + ". "

    def _language(self) -> int:
        return 1 if self._foreign < self._bytes * WANTED_SHARE else 0

    def _said(self, text: str) -> str:
        size = len(text.encode())
        self._bytes += size
        self._foreign += size - len(text.encode("ascii", "ignore"))
        return text

    def _one(self, words: Sequence[str]) -> str:
        return words[self._below(len(words))]

    def _below(self, bound: int) -> int:
        return int(self._random() * bound)
