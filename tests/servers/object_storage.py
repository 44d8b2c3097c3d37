"""An object storage that speaks S3 on a free port of this machine: moto, in its own process.

Signatures and keys are verified. Requests run one after the other: moto itself looks for a file
and makes it in two moves, where S3 does both at once.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

REGION = "eu-west-3"
BUCKET = "lake"

_SERVE = """
import json, logging, sys, threading
from moto import settings
from moto.core import DEFAULT_ACCOUNT_ID
from moto.iam.models import iam_backends
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from moto.s3.models import s3_backends
from werkzeug.serving import make_server

region, bucket, policy = sys.argv[1:]
users = iam_backends[DEFAULT_ACCOUNT_ID]["aws"]
users.create_user("us-east-1", "lake", tags=[])
users.put_user_policy("lake", "all", policy)
key = users.create_access_key("lake")
files = s3_backends[DEFAULT_ACCOUNT_ID]["aws"]
files.create_bucket(bucket, region)
settings.INITIAL_NO_AUTH_ACTION_COUNT = 0
logging.getLogger("werkzeug").disabled = True
app = DomainDispatcherApplication(create_backend_app)
one_at_a_time = threading.Lock()
sent = {"bytes": 0, "requests": 0}

def storage(environ, start_response, *, is_careless=False):
    if environ["PATH_INFO"] == "/counted":
        start_response("200 OK", [])
        return [json.dumps(sent).encode()]
    with one_at_a_time:
        if is_careless and environ["REQUEST_METHOD"] == "PUT":
            files.delete_object(bucket, environ["PATH_INFO"].removeprefix(f"/{bucket}/"))
        answer = list(app(environ, start_response))
    if environ["REQUEST_METHOD"] == "GET" and environ["PATH_INFO"].endswith(".parquet"):
        sent["bytes"] += sum(len(each) for each in answer)
        sent["requests"] += 1
    return answer

def careless(environ, start_response):
    return storage(environ, start_response, is_careless=True)

ports = []
for each in (storage, careless):
    server = make_server("127.0.0.1", 0, each, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    ports.append(f"http://127.0.0.1:{server.server_port}")
print(json.dumps([*ports, key.access_key_id, key.secret_access_key]), flush=True)
sys.stdin.read()  # until whoever started us is gone
"""
_POLICY = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}],
}


@dataclass(frozen=True)
class ObjectStorage:
    """Where the storage listens, and a key that it takes.

    careless: the same bucket behind an address that ignores If-None-Match, as some storages do.
    """

    endpoint: str
    careless: str
    key_id: str
    secret: str

    @property
    def variables(self) -> Mapping[str, str]:
        """What a process has in its environment to reach it."""
        return {
            "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_ALLOW_HTTP": "true",
            "AWS_REGION": REGION,
            "AWS_ACCESS_KEY_ID": self.key_id,
            "AWS_SECRET_ACCESS_KEY": self.secret,
        }

    def count_read(self) -> tuple[int, int]:
        """How many bytes of Parquet files it has sent so far, and in how many requests."""
        with urllib.request.urlopen(f"{self.endpoint}/counted") as answer:
            counted = json.loads(answer.read())
        return counted["bytes"], counted["requests"]


@contextmanager
def running_storage() -> Iterator[ObjectStorage]:
    """A storage with one bucket, gone at the end with all that it holds."""
    server = subprocess.Popen(
        [sys.executable, "-c", _SERVE, REGION, BUCKET, json.dumps(_POLICY)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        # What moto would take from the environment of whoever runs the tests.
        env={k: v for k, v in os.environ.items() if not k.startswith(("AWS_", "MOTO_"))},
        text=True,
    )
    assert server.stdout is not None
    try:
        line = server.stdout.readline()
        if not line:
            raise RuntimeError(
                "The object storage of moto did not start; run ./dev setup\n"
                + server.communicate()[1]
            )
        yield ObjectStorage(*json.loads(line))
    finally:
        server.kill()
        server.communicate()
