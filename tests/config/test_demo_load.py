"""Loading the demonstration: once, and never into anything else."""

from pathlib import Path
from typing import Any

import pytest

from config.demo import load
from config.demo.accounts import shown
from people import organisations
from people.days import today
from people.models import Organisation, OrganisationKind


@pytest.fixture
def demo_place(db: None, settings: Any, tmp_path: Path) -> Path:
    settings.DEMO = True
    settings.DATA_DIR = tmp_path
    return tmp_path


def silent(line: str) -> None:
    """Nobody reads the progress of a test."""


def test_it_is_refused_where_nothing_says_demonstration(db: None, settings: Any, tmp_path: Path) -> None:
    settings.DEMO, settings.DATA_DIR = False, tmp_path
    with pytest.raises(load.DemoRefused):
        load.load(silent)
    assert load.stage() is load.Stage.NONE


def test_it_is_refused_in_a_database_that_holds_other_data(demo_place: Path) -> None:
    organisations.create(kind=OrganisationKind.ASSOCIATION, name="真的协会", opened_on=today())
    with pytest.raises(load.DemoRefused):
        load.load(silent)
    assert not load.marker().exists()


def test_a_loaded_demonstration_is_left_alone(demo_place: Path) -> None:
    load.marker().write_text('{"stage": "loaded"}', encoding="utf-8")
    said: list[str] = []
    assert not load.load(said.append)
    assert len(said) == 1


def test_an_interrupted_load_begins_anew_from_the_empty_database(
    committed_db: str, settings: Any, tmp_path: Path
) -> None:
    settings.DEMO, settings.DATA_DIR = True, tmp_path
    load.begin(silent)
    organisations.create(kind=OrganisationKind.ASSOCIATION, name="半途协会", opened_on=today())
    left = tmp_path / "recordings" / "half.mp4"
    left.parent.mkdir()
    left.write_bytes(b"half")
    assert load.stage() is load.Stage.LOADING

    load.begin(silent)
    assert not Organisation.objects.exists()
    assert not left.exists()
    assert load.stage() is load.Stage.LOADING


def test_no_accounts_are_named_where_none_is_loaded(db: None) -> None:
    assert shown() == []
