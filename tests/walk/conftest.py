"""The folders in which the walk's stage keeps its files, and the addresses that it walks over."""

import pytest

from search import engines


@pytest.fixture(autouse=True)
def _own_place(settings, tmp_path):
    settings.ROOT_URLCONF = "tests.walk.urls"
    settings.PROOFS_ROOT = tmp_path / "proofs"
    settings.CERTIFICATE_KEYS_DIR = tmp_path / "keys"
    settings.CERTIFICATES_ROOT = tmp_path / "certificates"
    settings.SEARCH_ENGINE = "tantivy"
    settings.SEARCH_INDEX_DIR = tmp_path / "search"
    engines.current().rebuild([], lambda _count: None)
