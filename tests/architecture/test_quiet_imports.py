"""Importing a module does nothing: no file, no socket, no thread, no process."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from tests.architecture.source_code import ROOT, SOURCE, read_source

# Runs in a process of its own, where nothing is imported yet. Third parties are imported first,
# since what they do on import is theirs; what remains is ours.
_WATCH = """
import importlib, json, sys, threading
names, third_parties = json.loads(sys.stdin.read())
for name in [*third_parties, "pandas"]:  # pyarrow loads it when first used, if it is there
    try:
        importlib.import_module(name)
    except Exception:
        pass
from django.conf import settings
import django
apps = [name for name in names if name.endswith(".models")]
settings.configure(INSTALLED_APPS=[name.removesuffix(".models") for name in apps])
seen = []
current = "setup"
LOUD = ("socket.connect", "socket.bind", "subprocess.Popen", "os.system", "os.mkdir",
        "os.remove", "os.rename", "sqlite3.connect", "shutil.", "tempfile.", "_thread.start")
def watch(event, arguments):
    if event == "open":
        path = str(arguments[0])
        is_code = path.endswith((".py", ".pyc", ".so")) or ".pyc." in path
        if not is_code and not path.startswith(("<", sys.prefix, sys.base_prefix)):
            seen.append(f"{current} opens {path}")
    elif event.startswith(LOUD):
        seen.append(f"{current} does {event}")
sys.addaudithook(watch)
django.setup()
for current in names:
    threads = threading.active_count()
    try:
        importlib.import_module(current)
    except ImportError as error:
        seen.append(f"{current} cannot be imported: {error}")
    if threading.active_count() > threads:
        seen.append(f"{current} starts a thread")
print(json.dumps(seen))
"""


def noises(source: Path, names: list[str], third_parties: list[str]) -> list[str]:
    """What happens when these modules are imported one after the other."""
    code = f"import sys; sys.path.insert(0, {str(source)!r})\n{_WATCH}"
    done = subprocess.run(
        [sys.executable, "-c", code, str(source)],
        input=json.dumps([names, third_parties]),
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found: list[str] = json.loads(done.stdout.splitlines()[-1])
    return found + ([f"prints {done.stdout!r}"] if done.stdout.count("\n") > 1 else [])


def test_importing_any_module_does_nothing() -> None:
    modules = [each for each in read_source() if ".migrations" not in each.name]
    third_parties = {
        each.target
        for module in modules
        for each in module.imports_at_start
        if each.top != "passerelle" and each.top not in sys.stdlib_module_names
    }
    assert noises(SOURCE, [each.name for each in modules], sorted(third_parties)) == []


def test_a_module_that_does_something_is_found(tmp_path: Path) -> None:
    (tmp_path / "loud_file.py").write_text("open('/dev/null', 'w')")
    (tmp_path / "loud_data.py").write_text("open(__file__.replace('loud_data.py', 'rows.csv'))")
    (tmp_path / "rows.csv").write_text("a")
    (tmp_path / "loud_socket.py").write_text(
        "import socket\nsocket.socket(socket.AF_INET, socket.SOCK_DGRAM).bind(('127.0.0.1', 0))"
    )
    (tmp_path / "loud_thread.py").write_text(
        "import threading\nthreading.Thread(target=threading.Event().wait, daemon=True).start()"
    )
    names = ["loud_file", "loud_data", "loud_socket", "loud_thread"]
    found = noises(tmp_path, names, [])
    assert {line.split()[0] for line in found} == set(names)
