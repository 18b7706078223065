"""What all tests share: Hypothesis runs without a clock, and the same examples everywhere; browsers come last."""

from pathlib import Path

import pytest
from hypothesis import settings

settings.register_profile("everywhere", deadline=None, derandomize=True, print_blob=True)
settings.load_profile("everywhere")

_BROWSER = Path(__file__).parent / "browser"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the browser's tests behind all others: Playwright keeps its event loop in this thread to the end."""
    items.sort(key=lambda item: _BROWSER in item.path.parents)
