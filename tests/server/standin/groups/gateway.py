"""Replies that are not the API's: what stands between client and API, answering in its place."""

from __future__ import annotations

from ..scene import Scene
from .builder import HTML, TEXT, XML, Builder, compact

BAD_GATEWAY = b"""<html>\r
<head><title>502 Bad Gateway</title></head>\r
<body>\r
<center><h1>502 Bad Gateway</h1></center>\r
<hr><center>gateway</center>\r
</body>\r
</html>\r
"""
UNAVAILABLE = """<!DOCTYPE html>
<html lang="zh-CN">
<head><meta charset="utf-8"><title>503 服务暂时不可用</title></head>
<body><h1>服务暂时不可用</h1><p>Service temporarily unavailable. Trace: 0f1e2d3c</p></body>
</html>
""".encode()
BLOCKED = b"""<!doctype html><html><head><title>Request blocked</title></head>
<body><p>The request was blocked by the web application firewall.</p></body></html>
"""
PORTAL = b"""\xef\xbb\xbf
<!DOCTYPE HTML>
<HTML><HEAD><TITLE>Welcome to Guest WiFi</TITLE></HEAD>
<BODY><FORM ACTION="/login" METHOD="post"><INPUT NAME="room"><INPUT NAME="surname">
<BUTTON>Connect</BUTTON></FORM></BODY></HTML>
"""
STORAGE = b"""<?xml version="1.0" encoding="UTF-8"?>
<Error><Code>AccessDenied</Code><Message>Request has expired</Message><Expires>2026-11-23T11:45:00Z</Expires>\
<RequestId>0A1B2C3D4E5F6071</RequestId></Error>
"""


def scenes() -> list[Scene]:
    """Group `gateway`."""
    build = Builder("gateway")
    framework = compact(
        {
            "timestamp": "2026-11-23T12:00:00.000+00:00",
            "status": 500,
            "error": "Internal Server Error",
            "path": "/search/patent/query-search-patent/v2",
        }
    )
    return [
        build.scene("html-200", "A firewall's page under HTTP 200", 200, BLOCKED, kind=HTML),
        build.scene("html-502", "A gateway's page under HTTP 502", 502, BAD_GATEWAY, kind=HTML),
        build.scene("html-503", "A maintenance page under HTTP 503, in Chinese", 503, UNAVAILABLE, kind=HTML),
        build.scene("captive-portal", "The sign-in page of a guest network", 200, PORTAL, kind=HTML),
        build.scene("framework-200", "A framework's error page in JSON under HTTP 200", 200, framework),
        build.scene("framework-500", "A framework's error page in JSON under HTTP 500", 500, framework),
        build.scene("text-200", "A health check's plain text under HTTP 200", 200, b"OK\n", kind=TEXT),
        build.scene("text-502", "A proxy's plain text under HTTP 502", 502, b"error code: 502", kind=TEXT),
        build.scene("storage-xml", "A storage host's XML: the signed link has expired", 403, STORAGE, kind=XML),
    ]
