"""Compressed bodies: sound ones, broken ones, and one that becomes far larger than it looks."""

from __future__ import annotations

import gzip
import zlib
from functools import lru_cache

from .wire import Flaw

SEGMENT = b" " * (1 << 20)
BOMB_START = b'{"status":true,"error_code":0,"data":"'
BOMB_END = b'"}'
GZIP_WINDOW = 31


@lru_cache(maxsize=16)
def compressed(body: bytes) -> bytes:
    """gzip with no time stamp, so that two servers send the same bytes."""
    return gzip.compress(body, mtime=0)


def broken(body: bytes, flaw: Flaw) -> bytes:
    """What is announced as gzip and cannot be decompressed."""
    if flaw is Flaw.GARBAGE:
        return body
    whole = compressed(body)
    if flaw is Flaw.CUT:
        return whole[: len(whole) // 2]
    # The checksum stands in front of the last four bytes, which are the length (RFC 1952, section 2.3.1).
    return whole[:-8] + bytes(byte ^ 0xFF for byte in whole[-8:-4]) + whole[-4:]


@lru_cache(maxsize=4)
def bomb(inflated_bytes: int) -> bytes:
    """One sound gzip member of about a thousandth of what it becomes: an envelope whose data is a long run of spaces.

    A megabyte is compressed once and repeated: after a full flush the compressor has forgotten what came before, so
    the piece is the same each time. Only the checksum has to see every byte, a quarter of a second for a gigabyte.
    """
    repeats, rest = divmod(inflated_bytes - len(BOMB_START) - len(BOMB_END), len(SEGMENT))
    compressor = zlib.compressobj(9, zlib.DEFLATED, GZIP_WINDOW)
    start = compressor.compress(BOMB_START + SEGMENT[:rest]) + compressor.flush(zlib.Z_FULL_FLUSH)
    piece = compressor.compress(SEGMENT) + compressor.flush(zlib.Z_FULL_FLUSH)
    end = compressor.compress(BOMB_END) + compressor.flush(zlib.Z_FINISH)
    checksum = zlib.crc32(BOMB_START + SEGMENT[:rest])
    for _ in range(repeats):
        checksum = zlib.crc32(SEGMENT, checksum)
    checksum = zlib.crc32(BOMB_END, checksum)
    trailer = checksum.to_bytes(4, "little") + (inflated_bytes & 0xFFFFFFFF).to_bytes(4, "little")
    return start + piece * repeats + end[:-8] + trailer
