"""The API's own answers: every error is a problem document with a code."""

from django.test import Client


def test_a_body_that_is_no_json_is_refused_with_a_code(client: Client) -> None:
    answer = client.post("/api/v1/playback/heartbeats", b"\xff\xfe", content_type="application/json")
    assert answer.status_code == 400
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["code"] == "malformed"
    assert "格式" in answer.json()["detail"]
