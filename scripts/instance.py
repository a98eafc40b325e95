"""One instance of the site: its compiled messages, collected static files, database and demonstration data.

An instance is a DATA_DIR (var/ unless the environment says otherwise). What is there already is migrated forward
and otherwise left alone; demonstration data goes only into a database that this set-up created.
"""

import os
from pathlib import Path

from python_packages import PYTHON, REQUIREMENTS
from steps import ROOT, Stamps, digest_of, run, step, tell

SOURCE_ROOTS = [ROOT / "platform", ROOT / "courses", ROOT / "media", ROOT / "search"]
CHECKOUT = Stamps(ROOT / "build" / "stamps")
CATALOGUES = [ROOT / "locale" / "zh_Hans" / "LC_MESSAGES" / name for name in ("django.po", "djangojs.po")]
COLLECTED = ROOT / "build" / "static" / "staticfiles.json"


def data_dir() -> Path:
    return Path(os.environ.get("DATA_DIR") or ROOT / "var").resolve()


def demo_accounts() -> Path:
    """Where the demonstration's accounts are kept; a DATA_DIR that has this file is a demonstration."""
    return data_dir() / "demo.json"


def manage(*arguments: str, **environment: str) -> str:
    return run([PYTHON, ROOT / "manage.py", *arguments], env={"LOG_LEVEL": "WARNING", **environment})


def compile_messages() -> None:
    """What gettext reads at run time, from the catalogues; needs no gettext installed."""
    digest = digest_of(CATALOGUES)
    compiled = all(catalogue.with_suffix(".mo").exists() for catalogue in CATALOGUES)
    if not compiled or not CHECKOUT.fresh("messages", digest):
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


def stamps() -> Stamps:
    return Stamps(data_dir() / "stamps")


def prepare_database() -> None:
    """The database, migrated to this checkout; notes whether the demonstration is to be loaded into it."""
    address = os.environ.get("DATABASE_URL", "")
    # Only SQLite's file can be new without our knowing; a server's database is filled by whoever owns it.
    is_new = not address and not (data_dir() / "db.sqlite3").exists()
    if is_new:
        stamps().mark("migrations", "")
    if os.environ.get("DEMO", "1" if is_new else "0").lower() not in {"0", "false", "no", "off", ""}:
        stamps().mark("demo-wanted", "yes")
    migrations = [folder for root in SOURCE_ROOTS for folder in sorted(root.rglob("migrations"))]
    # The guards and groups are written after each migration by these.
    writers = [path for root in SOURCE_ROOTS for name in ("guards", "promises", "wagtail_groups") for path in
               sorted(root.rglob(f"{name}.py"))]  # fmt: skip
    digest = digest_of([*migrations, *writers, REQUIREMENTS / "base.txt"], address)
    where = "" if address else f" in {data_dir()}"
    step(f"Preparing the database{where}", stamps(), "migrations", digest, migrate)


def migrate() -> None:
    manage("migrate", "--no-input", "--verbosity=0")


def prepare_demonstration() -> None:
    """The demonstration data, where it is wanted and not there yet; an interrupted load is begun anew."""
    if stamps().exists("demo-wanted") and not demo_accounts().exists():
        step("Loading the demonstration data", stamps(), "demo", f"asked for by {os.getpid()}", load_demo)


def load_demo() -> None:
    scratch = demo_accounts().with_suffix(".part")
    command: list[str | Path] = [PYTHON, ROOT / "manage.py", "demo", "load", f"--accounts={scratch}"]
    tell(command, env={"LOG_LEVEL": "WARNING", "DEMO": "1"})
    scratch.rename(demo_accounts())
