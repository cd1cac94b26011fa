"""What the requests of all connections share, and the file that can say how it begins.

{"scenes": [{"name": "mine", "status": 503}], "scripts": [{"path": "/search/*", "replies": ["mine", "page-1k"]}],
 "gates": [{"name": "daily", "reply": "code-67200007", "allow_calls": 100}], "auth": {"mode": "key"}}
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .auth import Auth, Rules, rules_from_json
from .description import scenes_from_json
from .doors import Doors
from .endpoints.tasks import Tasks
from .endpoints.uploads import Uploads
from .fields import WrongDescription, array_of, object_of, parse_json
from .gate import MAX_GATES, Gates, gate_from_json
from .journal import WATCHED, Journal
from .ledger import Ledger
from .library import Library
from .script import MAX_SCRIPTS, Scripts, script_from_json

FIELDS = ("scenes", "scripts", "gates", "auth")


@dataclass(frozen=True, slots=True)
class Stage:
    """Everything that can be changed or read while the server runs."""

    library: Library
    journal: Journal = field(default_factory=Journal)
    ledger: Ledger = field(default_factory=Ledger)
    scripts: Scripts = field(default_factory=Scripts)
    gates: Gates = field(default_factory=Gates)
    auth: Auth = field(default_factory=Auth)
    doors: Doors = field(default_factory=Doors)
    tasks: Tasks = field(default_factory=Tasks)
    uploads: Uploads = field(default_factory=Uploads)

    def read(self, path: Path) -> None:
        """Add what a file describes. Raises `WrongDescription` or `LibraryFull`."""
        try:
            content = path.read_bytes()
        except OSError as error:
            raise WrongDescription(f"cannot read the script {path}: {error.strerror}") from None
        fields = object_of(parse_json(content, str(path)), str(path), FIELDS)
        try:
            for scene in scenes_from_json(fields.get("scenes", []), "scenes"):
                self.library.put(scene)
            for script in array_of("scripts", fields["scripts"], MAX_SCRIPTS) if "scripts" in fields else ():
                self.scripts.put(script_from_json(script, self.library))
            for gate in array_of("gates", fields["gates"], MAX_GATES) if "gates" in fields else ():
                self.gates.put(gate_from_json(gate, self.library))
            if "auth" in fields:
                self.auth.change(rules_from_json(fields["auth"]))
        except WrongDescription as error:
            raise WrongDescription(f"{path}: {error}") from None

    def rewind(self) -> None:
        """Play every script and every gate from its start."""
        self.scripts.rewind()
        self.gates.rewind()

    def counts(self) -> dict[str, Any]:
        """How many connections, requests and requests for a token there were."""
        return {**self.ledger.counts(), **self.journal.counts(), "tokens_requested": self.auth.tokens_requested}

    def clear_counts(self) -> None:
        """Count from 0 again; what is scripted and issued stays."""
        self.auth.clear_counts()
        self.journal.clear()
        self.ledger.clear()

    def reset(self) -> None:
        """Forget all that was scripted, issued, uploaded and counted, also what a file had said."""
        self.library.clear()
        self.scripts.clear()
        self.gates.clear()
        self.auth.change(Rules())
        self.doors.clear()
        self.tasks.clear()
        self.uploads.clear()
        self.journal.watch(WATCHED)
        self.clear_counts()
