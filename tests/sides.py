"""Which tests run on which side, and one summary for both (a pytest plugin, loaded with `-p`).

A test marked `services` runs where the environment points at the real servers; one marked `both_sides` runs there
and on the embedded side; every other test runs on the embedded side alone. In a single process the other side's
tests are deselected (`TEST_SIDE=services pytest …` chooses it). `make test` gives each side its own processes
through pytest-xdist, and the scheduler here hands each process the tests of its side.
"""

import json
import os
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling
from xdist.workermanage import WorkerController

from tests.environment import EMBEDDED, FOLDER, SERVICES, SIDE

# What is handed out first, so that no process is left alone with a module of minutes at the end.
LONG = ("/browser/", "/walk/")
# Where the processes of a run tell the scheduler, which has names alone, which tests are the services side's.
LIST = "TEST_SIDES_LIST"


def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        os.environ[LIST] = str(FOLDER / "services-side.json")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    mark = metafunc.definition.get_closest_marker("both_sides")
    if mark:
        there = pytest.param(SERVICES, marks=pytest.mark.services(*(mark.args or ("postgresql",))))
        metafunc.fixturenames.append("side")
        metafunc.parametrize("side", [EMBEDDED, there])


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    services = [item for item in items if item.get_closest_marker("services")]
    if hasattr(config, "workerinput"):
        scratch = FOLDER / "services-side.json"
        scratch.write_text(json.dumps([item.nodeid for item in services]))
        scratch.replace(os.environ[LIST])  # every process writes the same
        return
    chosen = set(services) if SIDE == SERVICES else set(items) - set(services)
    elsewhere = [item for item in items if item not in chosen]
    if elsewhere:
        config.hook.pytest_deselected(items=elsewhere)
        items[:] = [item for item in items if item in chosen]


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> "SideScheduling | None":
    return SideScheduling(config, log) if any("TEST_SIDE" in spec for spec in config.getvalue("tx")) else None


class SideScheduling(LoadScopeScheduling):
    """Hand out whole test modules, each to a process of its side, those that take longest first."""

    @cached_property
    def services_side(self) -> set[str]:
        return set(json.loads(Path(os.environ[LIST]).read_text()))

    def _split_scope(self, nodeid: str) -> str:
        return nodeid.split("::", 1)[0] + (f"@{SERVICES}" if nodeid in self.services_side else "")

    def _next_scope(self, node: WorkerController) -> str | None:
        services = node.gateway.spec.env.get("TEST_SIDE") == SERVICES
        waiting = [scope for scope in self.workqueue if scope.endswith(f"@{SERVICES}") == services]
        long = (scope for scope in waiting if any(folder in scope for folder in LONG))
        return next(long, waiting[0] if waiting else None)

    def _assign_work_unit(self, node: WorkerController) -> None:
        scope = self._next_scope(node)
        if scope is not None:
            self.workqueue.move_to_end(scope, last=False)
            super()._assign_work_unit(node)

    def _reschedule(self, node: WorkerController) -> None:
        if node.shutting_down:
            return
        if self._next_scope(node) is None:
            node.shutdown()
        elif self._pending_of(self.assigned_work[node]) <= 2:
            self._assign_work_unit(node)
