"""nginx on the loopback interface, for benchmarks of clients: it is faster than any of them.

    python python/benches/fast_server.py COMMAND [ARGUMENT...]

runs a command with the server's base URL as its last argument, both on one processor. `/text` and `/page` are
1 MB each, `/status` is what the server counts, and everything else the same small reply.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

SMALL = (
    b'{"status":true,"error_code":0,"error_msg":"","data":{"patent_id":"f7e8a1","pn":"CN100000001A","title":"Solar"}}'
)
# Two replies of 1 MB: one long text in English, and a list of patents, a third of it Chinese.
TEXT = b'{"status":true,"error_code":0,"data":["' + b"solar cells, " * 77_000 + b'"]}'
PATENT = '{"pn":"CN100000001A","title":"一种太阳能电池及其制备方法","assignee":"Acme Solar Limited","score":0.75},'
PAGE = '{"status":true,"error_code":0,"data":[' + PATENT * 8_000 + "0]}"

CONFIGURATION = """
daemon off; worker_processes 1; pid {folder}/pid; error_log {folder}/error crit;
events {{ worker_connections 64; }}
http {{
    access_log off; keepalive_requests 100000000; client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi; uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
    server {{
        listen 127.0.0.1:{port};
        location / {{ default_type application/json; add_header x-correlation-id c-1; return 200 '{small}'; }}
        location ~ ^/(text|page)$ {{ default_type application/json; root {folder}; sendfile on; }}
        location = /status {{ stub_status; }}
    }}
}}
"""


def program() -> str | None:
    """Where nginx is, if it is there."""
    found = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")
    if found is None:
        print("skipped: the client's benchmark needs nginx (on Debian: apt-get install nginx-light)")
    return found


def on_one_processor() -> None:
    """Keep this process and its children on one: who is faster then does not depend on how they are spread."""
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})


@contextlib.contextmanager
def nginx(program: str) -> Iterator[str]:
    """The server, while the block runs; its base URL."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with tempfile.TemporaryDirectory() as folder:
        # The worker is another user if root starts it.
        Path(folder).chmod(0o755)
        path = Path(folder) / "nginx.conf"
        path.write_text(CONFIGURATION.format(folder=folder, port=port, small=SMALL.decode()))
        (Path(folder) / "text").write_bytes(TEXT)
        (Path(folder) / "page").write_bytes(PAGE.encode())
        with subprocess.Popen([program, "-c", str(path), "-p", folder], stderr=subprocess.DEVNULL) as process:
            for _ in range(100):
                with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port)):
                    break
                time.sleep(0.05)
            try:
                yield f"http://127.0.0.1:{port}"
            finally:
                process.terminate()


def main() -> int:
    found = program()
    if found is None:
        return 0
    on_one_processor()
    with nginx(found) as base_url:
        return subprocess.run([*sys.argv[1:], base_url], check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
