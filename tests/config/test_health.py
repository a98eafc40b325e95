"""The health page: what it says of each part, and when it takes the site out of service."""

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db


def test_every_part_is_named_and_the_database_answers(client: Client) -> None:
    answer = client.get("/health/")
    assert answer.status_code == 200
    parts = answer.json()["parts"]
    assert list(parts) == ["database", "disk", "queue", "search", "certificates"]
    assert parts["database"]["state"] == "good"


def test_an_unreachable_search_engine_is_reported_without_taking_the_site_out_of_service(
    client: Client, settings
) -> None:
    settings.SEARCH_ENGINE = "elasticsearch"
    settings.ELASTICSEARCH_URL = "http://127.0.0.1:9"
    answer = client.get("/health/")
    assert answer.status_code == 200
    assert answer.json()["parts"]["search"]["state"] == "attention"


def test_a_data_folder_that_cannot_be_written_answers_503(client: Client, settings) -> None:
    settings.DATA_DIR = settings.DATA_DIR / "not-there"
    answer = client.get("/health/")
    assert answer.status_code == 503
    assert answer.json()["parts"]["disk"] == {"state": "refused", "detail": "FileNotFoundError"}


def test_a_browser_gets_a_page_in_chinese(client: Client) -> None:
    answer = client.get("/health/", headers={"accept": "text/html"})
    assert "运行状况" in answer.content.decode()
