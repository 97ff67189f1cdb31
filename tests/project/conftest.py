"""Makes tests/project/tree.py importable from the tests beside it, however pytest is started."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
