"""Keeps what is freed from staying with the process: glibc holds it in pieces, one set of them for each thread.

Elsewhere than with glibc these do nothing.
"""

from __future__ import annotations

import contextlib
import ctypes

_ARENAS, _OWN_MAPPING = -8, -3  # M_ARENA_MAX and M_MMAP_THRESHOLD of malloc.h
_MOST_ARENAS = 2
_LARGE = 1_048_576  # bytes; a block of that size goes back to the system as soon as it is freed


def keep_together() -> None:
    """Lets all threads share few arenas, for a process that will be there for a while; before it has threads."""
    with contextlib.suppress(AttributeError, OSError):
        libc = ctypes.CDLL(None)
        libc.mallopt(_ARENAS, _MOST_ARENAS)
        libc.mallopt(_OWN_MAPPING, _LARGE)


def give_back() -> None:
    """Gives the pages to the system that hold nothing any more."""
    with contextlib.suppress(AttributeError, OSError):
        ctypes.CDLL(None).malloc_trim(0)
