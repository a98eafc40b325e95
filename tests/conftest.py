"""What every test may ask for: a database, real servers, the shared data, a live site and a browser."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NoReturn

import hypothesis
import pytest
from django.conf import settings as django_settings
from django.core.cache import cache

from tests.databases import Databases, PostgresDatabases, SqliteDatabases, using
from tests.environment import FOLDER, SERVICES, SIDE
from tests.servers.on_demand import OnDemand
from tests.servers.process import ServerUnavailable

pytest_plugins = ["tests.site", "tests.browser.fixtures"]

# What a test marked `services` needs when its mark names nothing.
ALL_SERVERS = ("postgresql", "redis", "elasticsearch")


# A shared machine pauses whenever it likes; whether a test is fast enough is for the benchmarks to say.
hypothesis.settings.register_profile("house", deadline=None)
hypothesis.settings.register_profile("quick", deadline=None, max_examples=20)  # `make test-quick`
hypothesis.settings.load_profile("house")


def pytest_configure() -> None:
    django_settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def unavailable(reason: str) -> NoReturn:
    """Skip the test with the reason; where CI=true nothing may be missing, so fail it."""
    if os.environ.get("CI") == "true":
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def server() -> Iterator[Callable[[str], Any]]:
    """Start (once) and give a server by name: postgresql, redis, elasticsearch, s3; skips where it cannot be had."""
    with OnDemand() as servers:

        def get(name: str) -> Any:
            try:
                return servers.get(name)
            except ServerUnavailable as error:
                unavailable(str(error))

        yield get


@pytest.fixture(autouse=True)
def _servers_of_the_mark(request: pytest.FixtureRequest) -> None:
    mark = request.node.get_closest_marker("services")
    if mark:
        get = request.getfixturevalue("server")
        for name in mark.args or ALL_SERVERS:
            get(name)


@pytest.fixture(scope="session")
def elasticsearch_url(server: Callable[[str], Any]) -> str:
    return str(server("elasticsearch"))


@pytest.fixture(scope="session")
def redis_url(server: Callable[[str], Any]) -> str:
    return str(server("redis"))


@pytest.fixture(scope="session")
def s3_environment(server: Callable[[str], Any]) -> dict[str, str]:
    """The environment variables that point a site at an S3 server with an empty bucket."""
    return dict(server("s3"))


# --- Databases ----------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def databases(server: Callable[[str], Any]) -> Databases:
    """This side's source of migrated databases."""
    if SIDE == SERVICES:
        server("redis")  # the cache: migrating and every rolled-back test write to it
        return PostgresDatabases(server("postgresql"))
    folder = FOLDER / "databases"
    folder.mkdir()
    return SqliteDatabases(folder)


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment: None, django_db_blocker: Any, databases: Databases
) -> Iterator[None]:
    """pytest-django's own would migrate for 14 CPU seconds: tests that roll back share one copy of the template."""
    with using(databases, databases.make()):
        yield


@pytest.fixture
def committed_db(
    request: pytest.FixtureRequest, django_db_blocker: Any, databases: Databases
) -> Iterator[str]:
    """A migrated database of this test's own, to commit to; gives its address. Never flushed, thrown away."""
    if {"db", "transactional_db", "live_server"} & set(
        request.fixturenames
    ) or request.node.get_closest_marker("django_db"):
        pytest.fail(
            "committed_db stands alone: leave out db, transactional_db, live_server and the django_db mark"
        )
    url = databases.make()
    with django_db_blocker.unblock(), using(databases, url):
        yield url
    databases.drop(url)


# --- Files ---------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real inputs that nobody here wrote; its address is SHARED_DIR, ../shared by default."""
    root = Path(__file__).resolve().parents[1]
    folder = Path(os.environ.get("SHARED_DIR", root.parent / "shared")).resolve()
    if not (folder / "data").is_dir():
        unavailable(f"there is no shared data at {folder} (SHARED_DIR names the folder)")
    return folder / "data"


@pytest.fixture(autouse=True)
def _empty_cache(server: Callable[[str], Any]) -> Iterator[None]:
    """Rate limits and cached answers of one test are not the next one's."""
    if SIDE == SERVICES:
        server("redis")  # this side's cache
    yield
    cache.clear()
