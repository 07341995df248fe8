"""Put on PYTHONPATH, this makes a Python process refuse every connection and look-up that is not local.

Each attempt is also written to the file named by FORBIDDEN_LOG, since a library may swallow the error.
"""

from __future__ import annotations

import ipaddress
import os
import sys

_LOCAL = {"localhost", "", None}


def _is_local(host: object) -> bool:
    if host in _LOCAL:
        return True
    try:
        return ipaddress.ip_address(str(host)).is_loopback
    except ValueError:
        return False


def _watch(event: str, arguments: tuple[object, ...]) -> None:
    if event == "socket.getaddrinfo":
        host = arguments[0]
    elif event in {"socket.connect", "socket.sendto"} and isinstance(arguments[1], tuple):
        host = arguments[1][0]
    else:
        return
    if not _is_local(host):
        with open(os.environ["FORBIDDEN_LOG"], "a") as log:  # noqa: PTH123  (pathlib is not loaded this early)
            log.write(f"{event} {host}\n")
        raise PermissionError(f"no connection to {host} in this test")


sys.addaudithook(_watch)
