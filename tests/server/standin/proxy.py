"""The doors that are proxies: who may pass, and where a tunnel leads.

They forward nothing to anybody: whatever host a client names, it is this server that answers. So the tests of a
proxy need no second server, and nothing leaves the machine.
"""

from __future__ import annotations

import base64

from .doors import Door, Doors
from .envelope import complaint
from .reply import Reply
from .request import Request

USER = "proxy"
PASSWORD = "proxy-secret"
ESTABLISHED = b"HTTP/1.1 200 Connection established\r\n\r\n"
HTTPS_PORT = "443"

_WANTED = "Basic " + base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()


def refusal(door: Door, request: Request) -> Reply | None:
    """What a proxy says to a request that it does not let through; None for the others."""
    if door is Door.PROXY_REFUSING:
        return complaint(403, "this proxy lets nobody through")
    if door is Door.PROXY_AUTH and request.header("proxy-authorization") != _WANTED:
        challenge = ("Proxy-Authenticate", 'Basic realm="standin"')
        return complaint(407, f"this proxy wants the user {USER} with the password {PASSWORD}", challenge)
    if not request.authority:
        return complaint(400, "a proxy is asked with CONNECT HOST:PORT, or with an absolute URL")
    return None


def target(doors: Doors, request: Request) -> Door:
    """The door behind a tunnel: the one at the port that was named, whatever the host; else https for 443."""
    port = request.authority.rpartition(":")[2]
    door = doors.at_port(int(port)) if port.isascii() and port.isdigit() and len(port) < 6 else None
    if door is not None and not door.is_proxy:
        return door
    return Door.HTTPS if port == HTTPS_PORT else Door.HTTP
