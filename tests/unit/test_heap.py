"""Memory that is handed out holds nothing of what was in it before."""

import ctypes

from assistant.indexing.heap import fill_allocations

BLOCK = 100_000
"""Larger than what the allocator keeps in a thread's own lists, smaller than what it maps."""

SECRET = b"\x11\x22\x33\x44" * 16


def test_memory_is_handed_out_without_what_was_in_it() -> None:
    library = ctypes.CDLL(None)
    library.malloc.restype = ctypes.c_void_p
    library.free.argtypes = [ctypes.c_void_p]
    assert fill_allocations()
    for _ in range(20):
        block = library.malloc(BLOCK)
        before = ctypes.string_at(block, BLOCK)
        ctypes.memmove(block, SECRET * (BLOCK // len(SECRET)), BLOCK - BLOCK % len(SECRET))
        library.free(block)
        assert SECRET not in before
