"""A local stand-in for the Eureka Open Platform REST API: scripted replies, exact to the byte.

Read in this order:

* `wire`, `reply` and `scene`: what can be said; `fields`, `description` and `wire_description`: the same as JSON.
* `patents`, `profile` and `groups`: the built-in scenes; `library`: where they are found.
* `step`, `script`, `pattern`, `gate` and `auth`: what is answered when; `envelope`, `arrival` and `endpoints`: what
  answers by rule.
* `journal` and `ledger`: what is counted; `stage`: all of this together.
* `routes`, `control` and `manual`: who answers which path.
* `request`, `outlet`, `framing`, `compression`, `faults` and `play`: HTTP, well and badly.
* `doors`, `proxy`, `stream`, `connection`, `server`, `background` and `command`: how a client comes in, and how it is
  started.

It listens on 127.0.0.1 only and never opens a connection of its own. It judges nothing: what a reply means is
the business of the library under test. Room to grow: a new way to misbehave on the wire is a `WireKind`, a branch in
`play` and a scene in `groups/fault`; another endpoint is a file in `endpoints` and a line in `routes`; another way in
is a `Door`.
"""

from .background import Standin
from .description import scene_from_json, scene_to_json
from .doors import Accident, Door
from .fields import WrongDescription
from .reply import Reply
from .scene import Scene
from .wire import Flaw, Phase, Wire, WireKind

__all__ = [
    "Accident",
    "Door",
    "Flaw",
    "Phase",
    "Reply",
    "Scene",
    "Standin",
    "Wire",
    "WireKind",
    "WrongDescription",
    "scene_from_json",
    "scene_to_json",
]
