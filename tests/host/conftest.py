"""The store of the tests of this room: a folder of their own."""

from pathlib import Path

import pytest

from mbasic.storage.store_address import StoreAddress
from tests.host.hosting import address_in


@pytest.fixture
def address(tmp_path: Path) -> StoreAddress:
    return address_in(tmp_path / "data")
