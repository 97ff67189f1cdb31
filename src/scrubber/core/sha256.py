"""SHA-256 of short texts. Python's own code for it, where it has it: `hashlib` loads OpenSSL, which a start waits for.

Both give the same digests. For megabytes `hashlib` is the faster of the two.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

__all__ = ["sha256"]

if TYPE_CHECKING:
    from hashlib import sha256
else:
    try:
        if sys.version_info >= (3, 12):
            from _sha2 import sha256
        else:
            from _sha256 import sha256
    except ImportError:  # built without it, or another Python
        from hashlib import sha256
