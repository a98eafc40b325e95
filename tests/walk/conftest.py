"""Folders of the walk's own, so that proofs, keys, certificates and the index of the stage end with its test."""

import pytest

from search import engines


@pytest.fixture(autouse=True)
def _own_folders(settings, tmp_path):
    settings.PROOFS_ROOT = tmp_path / "proofs"
    settings.CERTIFICATE_KEYS_DIR = tmp_path / "keys"
    settings.CERTIFICATES_ROOT = tmp_path / "certificates"
    settings.SEARCH_ENGINE = "tantivy"
    settings.SEARCH_INDEX_DIR = tmp_path / "search"
    engines.current().rebuild([], lambda _count: None)
