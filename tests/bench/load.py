"""Clients that send beats as fast as the answers come, each over one kept connection of its own.

Run as a program: reads a job from standard input, prints what happened. It shares the machine with the server, so
requests a second are of the whole machine; what a request costs is measured on the server's processes.
"""

import http.client
import itertools
import json
import statistics
import sys
import threading
import time
from dataclasses import dataclass, field
from typing import Any

BEAT_MS = 5_000
BEATS = "/api/v1/playback/heartbeats"
BARE = "/bench/bare/"
CHECKS = "/api/v1/playback/checks/"
READING_SECONDS = 0.8


@dataclass
class Client:
    """One watcher's page: his token, his cookie, and how far he has come."""

    token: str
    cookie: str
    first: int
    latencies: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    sent: int = 0
    # Checks that came and were answered; their requests are no beats and not in the latencies.
    answered: int = 0

    def run(self, port: int, path: str, until: float) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        headers = {"Content-Type": "application/json", "Cookie": f"sessionid={self.cookie}"}
        for number in itertools.count(self.first):
            if time.monotonic() >= until:
                break
            before = time.perf_counter()
            try:
                connection.request("POST", path, self.body(number), headers)
                answer = connection.getresponse()
                content = answer.read()
            except (OSError, http.client.HTTPException) as error:
                self.errors.append(type(error).__name__)
                connection.close()
                continue
            self.sent += 1
            self.latencies.append(time.perf_counter() - before)
            if answer.status != 200:
                self.errors.append(f"{answer.status} {content[:160].decode(errors='replace')}")
            elif b'"check": true' in content:
                self.answer(connection, headers)
        self.first = number
        connection.close()

    def answer(self, connection: http.client.HTTPConnection, headers: dict[str, str]) -> None:
        """Show the check that has come and answer it, as a page and its reader do."""

        def ask(path: str, body: dict[str, str]) -> tuple[int, dict[str, Any]]:
            connection.request("POST", path, json.dumps(body), headers)
            answer = connection.getresponse()
            return answer.status, json.loads(answer.read())

        status, shown = ask(CHECKS + "show", {"token": self.token})
        if status == 200:
            time.sleep(READING_SECONDS)
            given = {name: shown[name] for name in ("check", "nonce", "code")}
            status, shown = ask(CHECKS + "answer", {"token": self.token, **given})
        if status != 200:
            self.errors.append(f"{status} {shown}")
        self.answered += 1

    def body(self, number: int) -> str:
        start = (number - 1) * BEAT_MS
        beat = {"sequence": number, "start_ms": start, "end_ms": start + BEAT_MS, "age_ms": 0}
        return json.dumps({"token": self.token, "beats": [beat]})


def percentile(values: list[float], percent: int) -> float:
    """The least value that this share of all does not exceed."""
    return sorted(values)[max(0, -(-len(values) * percent // 100) - 1)]


def main() -> None:
    job: dict[str, Any] = json.load(sys.stdin)
    clients = [Client(**each) for each in job["clients"]]
    until = time.monotonic() + job["seconds"]
    threads = [threading.Thread(target=each.run, args=(job["port"], job["path"], until)) for each in clients]
    before = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    latencies = [seconds for each in clients for seconds in each.latencies] or [0.0]
    json.dump(
        {
            "requests": sum(each.sent for each in clients),
            "seconds": time.monotonic() - before,
            "errors": [error for each in clients for error in each.errors],
            "median_ms": statistics.median(latencies) * 1000,
            "p99_ms": percentile(latencies, 99) * 1000,
            "worst_ms": max(latencies) * 1000,
            "answered": sum(each.answered for each in clients),
            "next": [each.first for each in clients],
        },
        sys.stdout,
    )


if __name__ == "__main__":
    main()
