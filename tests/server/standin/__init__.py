"""A local stand-in for the Eureka Open Platform REST API: scripted replies, exact to the byte.

Read in this order: `reply` and `scene` (what can be said), `description` (the same as JSON), `patents`,
`profile` and `groups` (the built-in scenes), `library` and `journal` (what is kept), `request`, `play`,
`routes` and `connection` (HTTP), `server`, `background` and `command` (how it is started).

It listens on 127.0.0.1 only and never opens a connection of its own. It judges nothing: what a reply means is
the business of the library under test. Room to grow: a new way to misbehave on the wire is a `WireKind` and a
branch in `play`; a sequence of replies is a `Scene` with more than one `Reply`; another endpoint (a token
endpoint, for one) is a branch in `routes`; TLS is an argument of `asyncio.start_server` in `server`.
"""

from .background import Standin
from .description import WrongDescription, scene_from_json, scene_to_json
from .reply import Reply, Wire, WireKind
from .scene import Scene

__all__ = [
    "Reply",
    "Scene",
    "Standin",
    "Wire",
    "WireKind",
    "WrongDescription",
    "scene_from_json",
    "scene_to_json",
]
