"""A declarative rules engine that checks coded US medical claims before they are submitted.

The public face is :class:`scrubber.Scrubber`; it is imported on first use, so that a command which needs only a
part of the package pays only for that part.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from scrubber.api import Scrubber as Scrubber

__version__ = "0.1.0"
__all__ = ["Scrubber", "__version__"]


def __getattr__(name: str) -> object:
    if name == "Scrubber":
        from scrubber.api import Scrubber

        return Scrubber
    raise AttributeError(f"module 'scrubber' has no attribute {name!r}")
