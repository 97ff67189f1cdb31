"""SHA-256 of short texts. Python's own code for it, where it has it: `hashlib` loads OpenSSL, which a start waits for.

Both give the same digests. For megabytes `hashlib` is the faster of the two.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

__all__ = ["sha256"]

if TYPE_CHECKING:
    from hashlib import sha256
else:
    try:
        from _sha2 import sha256  # Python 3.12 and later
    except ImportError:
        try:
            from _sha256 import sha256  # Python 3.11
        except ImportError:  # built without it, or another Python
            from hashlib import sha256
