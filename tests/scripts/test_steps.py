"""Set-up's steps: skipped while their inputs stay, done again when they change, and honest when they fail."""

import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from tests.site import ROOT


@pytest.fixture
def steps(monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    monkeypatch.syspath_prepend(str(ROOT / "scripts"))
    import steps

    yield steps
    del sys.modules["steps"]


def test_a_step_is_skipped_while_its_inputs_stay_as_they_were(steps: ModuleType, tmp_path: Path) -> None:
    stamps, done = steps.Stamps(tmp_path), []
    for digest in ("a", "a", "b", "b"):
        steps.step("Building", stamps, "build", digest, lambda: done.append(1))
    assert len(done) == 2


def test_a_failed_step_leaves_no_stamp_and_is_done_again(steps: ModuleType, tmp_path: Path) -> None:
    stamps = steps.Stamps(tmp_path)

    def fail() -> None:
        steps.run([sys.executable, "-c", "print('the disk is full'); raise SystemExit(3)"])

    with pytest.raises(steps.SetupFailed, match="the disk is full"):
        steps.step("Building", stamps, "build", "a", fail)
    assert steps.step("Building", stamps, "build", "a", lambda: None)


def test_a_digest_sees_content_and_names_and_no_compiled_files(steps: ModuleType, tmp_path: Path) -> None:
    steps.ROOT = tmp_path
    folder = tmp_path / "assets"
    folder.mkdir()
    (folder / "a.css").write_text("x")
    first = steps.digest_of([folder])
    (folder / "b.pyc").write_text("compiled")
    assert steps.digest_of([folder]) == first
    (folder / "a.css").write_text("y")
    second = steps.digest_of([folder])
    (folder / "a.css").rename(folder / "c.css")
    assert len({first, second, steps.digest_of([folder])}) == 3
