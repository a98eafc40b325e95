"""One instance of the site: its compiled messages, collected static files, database and demonstration data.

An instance is a DATA_DIR (var/ unless the environment says otherwise). What is there already is migrated forward
and otherwise left alone; demonstration data goes only into a database that this set-up created.
"""

import os
from pathlib import Path

from python_packages import PYTHON, REQUIREMENTS
from steps import ROOT, Stamps, digest_of, run, step

SOURCE_ROOTS = [ROOT / "platform", ROOT / "courses", ROOT / "media", ROOT / "search"]
CHECKOUT = Stamps(ROOT / "build" / "stamps")
CATALOGUE = ROOT / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"
COLLECTED = ROOT / "build" / "static" / "staticfiles.json"


def data_dir() -> Path:
    return Path(os.environ.get("DATA_DIR") or ROOT / "var").resolve()


def demo_accounts() -> Path:
    """Where the demonstration's accounts are kept; a DATA_DIR that has this file is a demonstration."""
    return data_dir() / "demo.json"


def manage(*arguments: str, **environment: str) -> str:
    return run([PYTHON, ROOT / "manage.py", *arguments], env={"LOG_LEVEL": "WARNING", **environment})


def compile_messages() -> None:
    """What gettext reads at run time, from the catalogue; needs no gettext installed."""
    digest = digest_of([CATALOGUE])
    if not CATALOGUE.with_suffix(".mo").exists() or not CHECKOUT.fresh("messages", digest):
        run([PYTHON, ROOT / "scripts" / "messages.py", "--compile"])
        CHECKOUT.mark("messages", digest)


def collect_static() -> None:
    """Hashed and compressed static files under build/static, for an instance that people look at."""
    own = sorted(folder for root in SOURCE_ROOTS for folder in root.rglob("static") if folder.is_dir())
    digest = digest_of([ROOT / "build" / "assets", REQUIREMENTS / "base.txt", *own])
    if not COLLECTED.exists():
        CHECKOUT.mark("static", "")
    command = ("collectstatic", "--no-input", "--clear", "--verbosity=0")
    step("Collecting the static files", CHECKOUT, "static", digest, lambda: collect(*command))


def collect(*command: str) -> None:
    manage(*command, COLLECTING_STATIC="1")


def prepare_data() -> None:
    """The database, migrated; and in a new one the demonstration data, unless DEMO=0."""
    stamps = Stamps(data_dir() / "stamps")
    database = os.environ.get("DATABASE_URL", "")
    # Only SQLite's file can be new without our knowing; a server's database is filled by whoever owns it.
    is_new = not database and not (data_dir() / "db.sqlite3").exists()
    if is_new:
        stamps.mark("migrations", "")
    wanted = os.environ.get("DEMO", "1" if is_new else "0") not in {"0", "false", "False", ""}
    if wanted and not demo_accounts().exists():
        stamps.mark("demo-wanted", "yes")
    migrations = [folder for root in SOURCE_ROOTS for folder in sorted(root.rglob("migrations"))]
    guards = [ROOT / "platform" / "people" / "guards.py"]
    digest = digest_of([*migrations, *guards, REQUIREMENTS / "base.txt"], database)
    text = f"Preparing the database in {data_dir()}" if not database else "Preparing the database"
    step(text, stamps, "migrations", digest, migrate)
    if stamps.exists("demo-wanted") and not demo_accounts().exists():
        step("Loading the demonstration data", stamps, "demo", f"asked for by {os.getpid()}", load_demo)


def migrate() -> None:
    manage("migrate", "--no-input", "--verbosity=0")


def load_demo() -> None:
    manage("demo", "load", DEMO="1")
    accounts = manage("demo", "accounts", DEMO="1")
    scratch = demo_accounts().with_suffix(".part")
    scratch.write_text(accounts, encoding="utf-8")
    scratch.rename(demo_accounts())
