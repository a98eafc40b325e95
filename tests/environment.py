"""The environment of a test process, set before Django reads its settings (a pytest plugin, loaded with `-p`).

A test process stands on one of two sides, named by TEST_SIDE: `embedded` (SQLite, Tantivy, the filesystem
queue: what runs with nothing configured) or `services` (PostgreSQL, Elasticsearch, Redis on free loopback
ports, started when the first test asks for them). Everything it writes goes into one temporary folder.
"""

import os
import shutil
import socket
import tempfile
from pathlib import Path

EMBEDDED, SERVICES = "embedded", "services"
SIDE = os.environ.get("TEST_SIDE", EMBEDDED)
CONFIGURING = [
    "CELERY_BROKER_URL",
    "DATABASE_URL",
    "DEBUG",
    "DEMO",
    "ELASTICSEARCH_INDEX_PREFIX",
    "ELASTICSEARCH_URL",
    "EMAIL_URL",
    "FILES",
    "HTTPS_ONLY",
    "PLAYBACK",
    "REDIS_URL",
    "S3_BUCKET",
    "S3_ENDPOINT_URL",
    "SEARCH_ENGINE",
    "SITE_URL",
]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


FOLDER = Path(tempfile.mkdtemp(prefix="luxuetang-tests-"))
FOLDER.chmod(0o755)  # PostgreSQL and Elasticsearch refuse root: their own user must reach their folders here
POSTGRESQL_PORT, REDIS_PORT, ELASTICSEARCH_PORT = (free_port() for _ in range(3))


def service_addresses() -> dict[str, str]:
    """The environment that points the site at this process's PostgreSQL, Redis and Elasticsearch."""
    return {
        "DATABASE_URL": f"postgres://luxuetang@127.0.0.1:{POSTGRESQL_PORT}/main",
        "REDIS_URL": f"redis://127.0.0.1:{REDIS_PORT}/0",
        "CELERY_BROKER_URL": f"redis://127.0.0.1:{REDIS_PORT}/1",
        "SEARCH_ENGINE": "elasticsearch",
        "ELASTICSEARCH_URL": f"http://127.0.0.1:{ELASTICSEARCH_PORT}",
    }


def configure() -> None:
    for name in CONFIGURING:
        os.environ.pop(name, None)
    os.environ.update(
        DATA_DIR=str(FOLDER / "data"),
        DATABASE_URL=f"sqlite:///{FOLDER / 'main.sqlite3'}",
        SECRET_KEY="only-for-tests",
        ALLOWED_HOSTS="testserver,localhost,127.0.0.1",
        UNCOLLECTED_STATIC="1",
        DJANGO_ALLOW_ASYNC_UNSAFE="1",  # Playwright's event loop runs in the thread that also uses the ORM
    )
    if SIDE == SERVICES:
        os.environ.update(service_addresses())


def pytest_unconfigure() -> None:
    shutil.rmtree(FOLDER, ignore_errors=True)


configure()
