"""What the process's own memory may give away: an index is written to disk with the memory that it did not use."""

import ctypes
import logging

logger = logging.getLogger(__name__)

M_PERTURB = -6
"""glibc's option (mallopt(3)): fill memory with a byte when it is handed out and when it is given back."""

FILLING = 0x55


def fill_allocations() -> bool:
    """Fill all memory that is handed out from here on; tells whether the C library can do so (glibc can).

    Chroma's index writes its table with the places that hold nothing yet. They are memory as it came from the
    allocator, in which a vector that was just erased may still lie: seen in 1 of 10 erasures in a process that had
    held many indexes. It stays on, as an index that grows later takes such memory again.
    """
    try:
        done = bool(ctypes.CDLL(None).mallopt(M_PERTURB, FILLING) == 1)
    except (AttributeError, OSError, TypeError):  # Not a glibc, or (Windows) no name for the program itself.
        done = False
    if not done:
        logger.info("this C library cannot fill memory: what was erased may lie in unused places of an index")
    return done
