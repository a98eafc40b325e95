"""An S3 server (moto's, which speaks the real protocol) with one empty bucket."""

import contextlib
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import boto3

from tests.servers.process import running

CREDENTIALS = {
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
    "AWS_DEFAULT_REGION": "us-east-1",
}


@contextlib.contextmanager
def serving(folder: Path, port: int, bucket: str = "luxuetang") -> Iterator[dict[str, str]]:
    """Run the server; gives the environment that points the site at it."""
    folder.mkdir(parents=True, exist_ok=True)
    url = f"http://127.0.0.1:{port}"

    def ready() -> bool:
        try:
            urllib.request.urlopen(f"{url}/moto-api/", timeout=1)
        except (urllib.error.URLError, OSError):
            return False
        return True

    command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    with running(command, log=folder / "log", ready=ready, seconds=60, env=CREDENTIALS):
        boto3.client(
            "s3",
            endpoint_url=url,
            aws_access_key_id=CREDENTIALS["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=CREDENTIALS["AWS_SECRET_ACCESS_KEY"],
            region_name=CREDENTIALS["AWS_DEFAULT_REGION"],
        ).create_bucket(Bucket=bucket)
        yield {"FILES": "s3", "S3_BUCKET": bucket, "S3_ENDPOINT_URL": url, **CREDENTIALS}
