from __future__ import annotations

import ctypes
import platform
from pathlib import Path

import pytest

from retrieval.memory import give_back

BLOCKS, SIZE = 30_000, 1_000


def resident() -> int:
    """Returns the bytes of memory of this process."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition("VmRSS:")[2].split()[0]) * 1_024


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="another libc keeps nothing back")
def test_what_was_freed_below_something_that_is_in_use_goes_back_to_the_system() -> None:
    libc = ctypes.CDLL(None)
    libc.malloc.restype, libc.free.argtypes = ctypes.c_void_p, (ctypes.c_void_p,)
    blocks = [libc.malloc(SIZE) for _ in range(BLOCKS)]
    for block in blocks:
        ctypes.memset(block, 1, SIZE)
    for block in blocks[:-1]:
        libc.free(block)
    before = resident()
    give_back()
    assert before - resident() > BLOCKS * SIZE / 2
    libc.free(blocks[-1])
