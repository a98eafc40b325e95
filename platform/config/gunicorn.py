"""How the web processes run, wherever they are started: `gunicorn --config=python:config.gunicorn`.

Threads: a request is computing for most of its time, and Python computes in one thread of a process at once. With
eight threads a process, 32 watching clients on two cores waited 227 to 369 ms for the slowest of a hundred
heartbeats; with four, 102 to 123 ms, at a fifth more heartbeats a second (decision 0030).
"""

import os

wsgi_app = "config.wsgi:application"
worker_class = "gthread"
workers = int(os.environ.get("WEB_PROCESSES", "2"))
threads = 4
timeout = 120  # seconds without a sign of life from a process, not of a request
control_socket_disable = True
limit_request_line = (
    8190  # what it allows at most: a question of two hundred characters has five times its length there
)
