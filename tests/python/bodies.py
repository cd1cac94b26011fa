"""Replies that several tests use."""

import json

SUCCESS = b'{"data":{"job_id":1579434053399036000,"rows":[1,2.5,null]},"status":true,"error_code":0}'
BALANCE = b'{"status":false,"error_code":67200005,"error_msg":"Insufficient balance, call failed!"}'
QUOTA = b'{"status":false,"error_code":67200002,"error_msg":"Quota exceeds the limit!"}'

# One reply for each category of failure: status, headers, body.
OF_CATEGORY: dict[str, tuple[int, dict[str, str], bytes]] = {
    "authentication": (401, {}, b""),
    "permission": (403, {}, b""),
    "account": (200, {}, b'{"status":false,"error_code":67200006}'),
    "balance": (200, {}, BALANCE),
    "quota": (200, {}, QUOTA),
    "rate_limit": (429, {"Retry-After": "7"}, b""),
    "invalid_request": (400, {}, b""),
    "upload": (413, {}, b""),
    "not_found": (404, {}, b""),
    "upstream": (200, {}, b'{"status":false,"error_code":68300005}'),
    "server": (503, {"Retry-After": "0.5"}, b"busy"),
    "protocol": (200, {}, b"<html>sign in</html>"),
    "unknown": (200, {}, b'{"status":false,"error_code":4711}'),
}


def success(data: object) -> bytes:
    return json.dumps({"status": True, "error_code": 0, "data": data}).encode()
