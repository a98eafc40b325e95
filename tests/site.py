"""A live site for tests, on a database and a DATA_DIR of its own."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from django.test.testcases import LiveServerThread


@dataclass(frozen=True)
class Site:
    """A site that answers at `url`; what the test commits to its database, the site sees."""

    url: str
    database_url: str


@pytest.fixture
def live_site(committed_db: str) -> Iterator[Site]:
    """The site in a thread of this process, on this test's own committed database; there in a blink, no workers."""
    # Static files are WhiteNoise's, as they are outside tests; Django's own handler would serve them for it.
    thread = LiveServerThread("127.0.0.1", lambda application: application)
    thread.daemon = True
    thread.start()
    thread.is_ready.wait()
    if thread.error:
        raise thread.error
    try:
        yield Site(f"http://127.0.0.1:{thread.port}", committed_db)
    finally:
        thread.terminate()
