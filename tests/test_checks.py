"""Every check of `make check`, as a test: the suite's one summary holds for them too."""

import importlib.util
from pathlib import Path

import pytest

SCRIPT = Path(__file__).resolve().parents[1] / "scripts" / "check.py"
spec = importlib.util.spec_from_file_location("check", SCRIPT)
check = importlib.util.module_from_spec(spec)
spec.loader.exec_module(check)


@pytest.mark.checks
@pytest.mark.parametrize("name", check.CHECKS)
def test_check_passes(name: str) -> None:
    code, said, _seconds = check.check(name)
    assert code == 0, f"scripts/check.py {name}\n{said}"


def test_the_source_root_named_platform_is_no_package() -> None:
    """With platform/__init__.py, manage.py breaks on the standard library's `platform` while pytest passes."""
    import platform

    assert not (SCRIPT.parents[1] / "platform" / "__init__.py").exists()
    assert platform.python_version()
