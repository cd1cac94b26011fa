from enum import IntEnum

class Outcome(IntEnum):
    NONE = 0
    SUCCESS = 1
    FAILURE = 2

class Category(IntEnum):
    NONE = 0
    SUCCESS = 1
    AUTHENTICATION = 2
    PERMISSION = 3
    ACCOUNT = 4
    BALANCE = 5
    QUOTA = 6
    RATE_LIMIT = 7
    INVALID_REQUEST = 8
    UPLOAD = 9
    NOT_FOUND = 10
    UPSTREAM = 11
    SERVER = 12
    TRANSPORT = 13
    PROTOCOL = 14
    UNKNOWN = 15
    CANCELLED = 16

    @property
    def grpc_code(self) -> int: ...
    @property
    def suggested_http_status(self) -> int: ...
    @property
    def problem_type(self) -> str: ...

class Advice(IntEnum):
    NEVER = 0
    BACKOFF = 1
    THROTTLE = 2
    REFRESH_AUTH = 3
    HOLD = 4

class Effect(IntEnum):
    UNKNOWN = 0
    NOT_SENT = 1
    REJECTED = 2
    DONE = 3

class OperationKind(IntEnum):
    MUTATION = 0
    QUERY = 1
    AUTH = 2

class TaskState(IntEnum):
    PENDING = 1
    SUCCEEDED = 2
    FAILED = 3
    UNKNOWN = 4

class Fault(IntEnum):
    DNS = 1
    CONNECT = 2
    CONNECT_TIMEOUT = 3
    PROXY = 4
    TLS = 5
    READ_TIMEOUT = 6
    RESET = 7
    CLOSED = 8
    TRUNCATED = 9
    DECODE = 10
    TOO_LARGE = 11
    BAD_REQUEST = 12
    CANCELLED = 13

class Anomaly(IntEnum):
    DUPLICATE_FIELD = 0
    ODD_FLAG = 1
    ODD_CODE = 2
    MALFORMED_BODY = 3
    CONTRADICTION = 4
    BY_MESSAGE = 5
    INVALID_UTF8 = 6
    TOO_DEEP = 7

class Expect(IntEnum):
    ENVELOPE = 0
    RAW = 1

class Action(IntEnum):
    RETRY = 1
    REFRESH = 2
    STOP = 3

class Reason(IntEnum):
    SUCCESS = 1
    CANCELLED = 2
    NOT_RETRYABLE = 3
    AUTH_FAILED = 4
    QUOTA_HOLD = 5
    UNSAFE_TO_REPLAY = 6
    ATTEMPTS_EXHAUSTED = 7
    SERVER_DELAY_TOO_LONG = 8
    DEADLINE = 9
    BUDGET_EXHAUSTED = 10

class DelaySource(IntEnum):
    BACKOFF = 0
    SERVER = 1

class GateState(IntEnum):
    NOT_REACHED = 0
    PASSED = 1
    STOPPED = 2
    SKIPPED = 3

class Jitter(IntEnum):
    NONE = 0
    FULL = 1
    EQUAL = 2
    DECORRELATED = 3

class OverCap(IntEnum):
    GIVE_UP = 0
    CLAMP = 1

class RetryMutations(IntEnum):
    NEVER = 0
    REJECTED_ONLY = 1
    ALWAYS = 2

class Preset(IntEnum):
    STANDARD = 0
    COST_AVERSE = 1
    NONE = 2

class Role(IntEnum):
    USER = 0
    OWNER = 1

class Remedy(IntEnum):
    FIX_INPUT = 1
    CHECK_ID = 2
    SIGN_IN_AGAIN = 3
    CONTACT_ADMIN = 4
    RENEW_CONTRACT = 5
    TOP_UP = 6
    WAIT = 7
    SLOW_DOWN = 8
    CHOOSE_OTHER_FILE = 9
    RETRY_LATER = 10
    CONTACT_SUPPORT = 11
