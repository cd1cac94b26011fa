"""What an installed package must be able to do; python/build runs it where nothing else is installed."""

import importlib.metadata
import pickle
from contextlib import suppress
from pathlib import Path

import aftercall

verdict = aftercall.judge(200, {"x-request-id": "r"}, b'{"status":false,"error_code":67200005}')
assert verdict.category is aftercall.Category.BALANCE
assert pickle.loads(pickle.dumps(verdict)) == verdict
assert aftercall.judge(200, None, b'{"status":true,"data":{"id":18446744073709551616}}').data() == {"id": 2**64}
with suppress(aftercall.BalanceError):
    verdict.raise_for_failure()
    raise SystemExit("a failure did not raise")
replies = [503, 200]
query = aftercall.Policy().using(kind="query", sleep=lambda seconds: None)
assert query.call(lambda: aftercall.judge(replies.pop(0), None, b'{"status":true,"data":[1]}')).data() == [1]
assert '"rule":"transport:dns"' in aftercall.explain_json('{"fault": "dns"}')

# What ships is complete, needs nothing, and has nothing that is for tests alone.
assert not importlib.metadata.requires("aftercall")
assert importlib.metadata.version("aftercall") == aftercall.__version__
folder = Path(aftercall.__file__).parent
assert {"py.typed", "_native.pyi", "enums.pyi"} <= {path.name for path in folder.iterdir()}
assert not hasattr(aftercall._native, "_panic_probe")
print("aftercall", aftercall.__version__, "works")
