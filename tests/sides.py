"""Which tests run on which side, and one summary for both (a pytest plugin, loaded with `-p`).

A test marked `services` runs where the environment points at the real servers; one marked `both_sides` runs there
and on the embedded side; every other test runs on the embedded side alone. In a single process the other side's
tests are deselected (`TEST_SIDE=services pytest …` chooses it). `make test` gives each side its own processes
through pytest-xdist, and the scheduler here hands each process the tests of its side.
"""

from collections.abc import Sequence
from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling
from xdist.workermanage import WorkerController

from tests.environment import EMBEDDED, SERVICES, SIDE

SUFFIX = f"@{SERVICES}"


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    mark = metafunc.definition.get_closest_marker("both_sides")
    if mark:
        there = pytest.param(SERVICES, marks=pytest.mark.services(*(mark.args or ("postgresql",))))
        metafunc.fixturenames.append("side")
        metafunc.parametrize("side", [EMBEDDED, there])


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    elsewhere = []
    for item in items:
        side = SERVICES if item.get_closest_marker("services") else EMBEDDED
        if hasattr(config, "workerinput"):
            if side == SERVICES:
                item._nodeid += SUFFIX  # how the scheduler, which has names alone, tells them apart
        elif side != SIDE:
            elsewhere.append(item)
    if elsewhere:
        config.hook.pytest_deselected(items=elsewhere)
        items[:] = [item for item in items if item not in set(elsewhere)]


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> "SideScheduling | None":
    return SideScheduling(config, log) if any("TEST_SIDE" in spec for spec in config.getvalue("tx")) else None


class SideScheduling(LoadScopeScheduling):
    """Hand out whole test modules, each to a process of its side, those with a browser first."""

    def _split_scope(self, nodeid: str) -> str:
        return nodeid.split("::", 1)[0] + (SUFFIX if nodeid.endswith(SUFFIX) else "")

    def _next_scope(self, node: WorkerController) -> str | None:
        services = node.gateway.spec.env.get("TEST_SIDE") == SERVICES
        waiting: Sequence[str] = [scope for scope in self.workqueue if scope.endswith(SUFFIX) == services]
        return next((scope for scope in waiting if "/browser/" in scope), waiting[0] if waiting else None)

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
