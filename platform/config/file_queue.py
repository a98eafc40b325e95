"""The queue in a folder, for a site with nothing configured: a message is whole when a worker sees it.

Kombu's own channel writes a message where workers look for it: one that looks in that moment takes an empty file,
loses the message and ends.
"""

from pathlib import Path
from time import monotonic
from typing import Any
from uuid import uuid4

from kombu.exceptions import ChannelError
from kombu.transport import filesystem
from kombu.utils.json import dumps


class Channel(filesystem.Channel):
    def _put(self, queue: str, payload: Any, **kwargs: Any) -> None:
        """Put a message into the queue; messages are taken in the order of their names."""
        message = Path(self.data_folder_out) / f"{round(monotonic() * 1000)}_{uuid4()}.{queue}.msg"
        beside = message.with_name(f"{message.name}.part")
        try:
            beside.write_bytes(dumps(payload).encode())
            beside.replace(message)
        except OSError as error:
            raise ChannelError(f"cannot add {message.name} to the queue's folder") from error


class Transport(filesystem.Transport):
    Channel = Channel
