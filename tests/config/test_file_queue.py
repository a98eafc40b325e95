"""The queue in a folder gives every message once and whole, however many write while somebody reads."""

from concurrent.futures import ThreadPoolExecutor
from queue import Empty

import pytest
from kombu import Connection

from config.celery import app

WRITERS, EACH = 4, 150


@pytest.fixture
def connection(tmp_path):
    folders = {name: str(tmp_path / name) for name in ("messages", "processed", "control")}
    for folder in folders.values():
        (tmp_path / folder).mkdir()
    options = {
        "data_folder_in": folders["messages"],
        "data_folder_out": folders["messages"],
        "processed_folder": folders["processed"],
        "control_folder": folders["control"],
        "store_processed": True,
    }
    with Connection("filesystem://localhost", transport_options=options) as made:
        yield made


def test_messages_that_are_being_written_are_not_taken_before_they_are_whole(connection):
    channel = connection.channel()
    taken = []

    def write(writer):
        for number in range(EACH):
            channel._put("index", {"body": f"{writer}:{number}", "padding": "课" * 20_000})

    with ThreadPoolExecutor(WRITERS) as pool:
        writing = [pool.submit(write, writer) for writer in range(WRITERS)]
        while len(taken) < WRITERS * EACH:
            is_over = all(each.done() for each in writing)
            try:
                taken.append(channel._get("index")["body"])
            except Empty:
                assert not is_over, f"{len(taken)} messages of {WRITERS * EACH}"
        for each in writing:
            each.result()
    assert sorted(taken) == sorted(f"{writer}:{n}" for writer in range(WRITERS) for n in range(EACH))


def test_the_site_uses_it_where_no_broker_is_configured():
    with app.connection_for_write(url="filesystem://localhost") as made:
        assert type(made.transport).__module__ == "config.file_queue"
