"""One run in a process of its own: prints its rows as JSON. `python -m tests.bench.scale.measure SIZE`."""

import json
import sys

import django


def main(key: str) -> None:
    django.setup()
    from django.db import connection

    from people.days import today
    from tests.bench.scale import rows
    from tests.bench.scale.sizes import SIZES

    size = SIZES[key]
    if connection.vendor != size.vendor:
        sys.exit(f"{key} is measured on {size.vendor}")
    json.dump(
        [[f"{size.words}: {what}", *rest] for what, *rest in rows.rows(size, today())],
        sys.stdout,
        ensure_ascii=False,
    )


if __name__ == "__main__":
    main(sys.argv[1])
