"""Transport compression of the gateway: one stream over the life of a connection, flushed after each message."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    Compress = Callable[[bytes], bytes]


def compressor(name: str | None) -> Compress | None:
    """For what the client asked for: `zlib-stream`, `zstd-stream`, or nothing."""
    return _COMPRESSORS[name]() if name else None


def _zlib() -> Compress:
    stream = zlib.compressobj()
    return lambda data: stream.compress(data) + stream.flush(zlib.Z_SYNC_FLUSH)


def _zstd() -> Compress:
    import zstandard  # a client that asks for it has it

    stream = zstandard.ZstdCompressor().compressobj()
    return lambda data: stream.compress(data) + stream.flush(zstandard.COMPRESSOBJ_FLUSH_BLOCK)


_COMPRESSORS: dict[str, Callable[[], Compress]] = {"zlib-stream": _zlib, "zstd-stream": _zstd}
