"""The closed sets as enums: their names and numbers are the core's, the same in every language."""

from enum import IntEnum

from ._native import _category_mapping, _closed_sets


class _ClosedSet(IntEnum):
    """A set of named numbers. ``str()`` is the name that data files use; as an int it is the number."""

    def __str__(self):
        return self._name_.lower()

    def __format__(self, spec):
        return format(str(self), spec)


class _Category(_ClosedSet):
    """A category also knows what it is elsewhere."""

    @property
    def grpc_code(self):
        """The number of the gRPC status code of the same meaning."""
        return _category_mapping(self._value_)[0]

    @property
    def suggested_http_status(self):
        """The HTTP status with which a service passes this failure on to its own callers."""
        return _category_mapping(self._value_)[1]

    @property
    def problem_type(self):
        """The ``type`` of RFC 9457 problem details."""
        return _category_mapping(self._value_)[2]


_SETS = _closed_sets()


def _enum(name, doc, base=_ClosedSet):
    made = base(name, _SETS[name], module="aftercall")
    made.__doc__ = doc
    return made


Outcome = _enum("Outcome", "Whether the call got what it asked for.")
Category = _enum("Category", "What went wrong, in terms that do not depend on the API.", _Category)
Advice = _enum("Advice", "Whether sending the same request again can help, from the reply alone.")
Effect = _enum("Effect", "What may have happened on the server.")
OperationKind = _enum("OperationKind", "What an operation does, which decides whether it may be repeated blindly.")
TaskState = _enum("TaskState", "How a task stands that a successful reply tells of.")
Fault = _enum("Fault", "Why an exchange ended without a complete reply.")
Anomaly = _enum("Anomaly", "One oddity of a reply.")
Expect = _enum("Expect", "What the caller asked for: the API's envelope, or the bytes themselves.")
Action = _enum("Action", "What to do next in a call.")
Reason = _enum("Reason", "Why a call is over: the first that applies, in this order.")
DelaySource = _enum("DelaySource", "Where a delay comes from.")
GateState = _enum("GateState", "What a gate of a decision did.")
Jitter = _enum("Jitter", "How chance spreads the waits of many callers.")
OverCap = _enum("OverCap", "What happens if a server asks for a longer wait than is allowed.")
RetryMutations = _enum("RetryMutations", "Which mutations may be repeated.")
Preset = _enum("Preset", "A policy to start from.")
Role = _enum("Role", "Whom a message speaks to.")
Remedy = _enum("Remedy", "What a person can do, for a button or a link beside a message.")
