"""Every example of the documentation runs and prints what it says."""

from __future__ import annotations

import ast
import doctest
import inspect
import re
import types
from pathlib import Path

import pytest

import aftercall
from aftercall import _decoding, _encoding, _faults, _responses, aio, enums, errors, pages, retry

from standin import Standin

OPTIONS = doctest.ELLIPSIS
TASK = ["PENDING", "SUCCESS"]
MODULES = [aftercall, aftercall._native, enums, errors, retry, aio, pages, _decoding, _encoding, _faults, _responses]


def documented() -> list[tuple[str, str]]:
    """The name and the text of everything that has an example."""
    found = {}
    for module in (
        aftercall,
        aftercall._native,
        enums,
        errors,
        retry,
        aio,
        pages,
        _decoding,
        _encoding,
        _faults,
        _responses,
    ):
        found[module.__name__] = module.__doc__
        for name, value in vars(module).items():
            if isinstance(value, types.ModuleType) or name.startswith("__"):
                continue
            if getattr(value, "__module__", "").startswith("aftercall"):
                found[f"{module.__name__}.{name}"] = inspect.getdoc(value)
            if isinstance(value, type) and value.__module__.startswith("aftercall"):
                for inner, member in vars(value).items():
                    found[f"{module.__name__}.{name}.{inner}"] = inspect.getdoc(member)
    return [(name, text) for name, text in found.items() if text and ">>>" in text]


@pytest.mark.parametrize(("name", "text"), documented(), ids=lambda value: value if "\n" not in value else "")
def test_the_example_in_a_docstring_runs(name: str, text: str) -> None:
    scope = {**vars(aftercall), **vars(_decoding), **vars(_encoding), **vars(_faults), "aftercall": aftercall}
    run(text, name, scope)


def test_there_are_examples() -> None:
    assert len(documented()) >= 10


def test_every_snippet_of_the_guide_runs(root: Path, standin: Standin, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(root)
    scope: dict[str, object] = {"url": standin.base_url + "/scene/code-67200005", "base_url": standin.base_url}
    standin.reset()
    standin.script("/search/patent", [{"scene": "code-68300008", "times": 1}, "page-1k"])
    standin.script("/ai/fto/report", [{"body": {"status": True, "data": {"status": state}}} for state in TASK])
    examples = run((root / "docs" / "PYTHON.md").read_text(), "docs/PYTHON.md", scope)
    assert examples >= 15


def test_every_snippet_of_the_packages_page_runs(root: Path, standin: Standin) -> None:
    standin.reset()
    scope: dict[str, object] = {"url": standin.base_url + "/scene/code-67200005", "base_url": standin.base_url}
    assert run((root / "python" / "README.md").read_text(), "python/README.md", scope) >= 4


def test_the_snippets_of_the_first_page_do_what_they_say(
    root: Path, standin: Standin, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "paper.txt").write_text("solar")
    monkeypatch.chdir(tmp_path)
    standin.reset()
    standin.script("/search/patent", [{"scene": "code-68300008", "times": 1}, "page-1k"])
    standin.script("/upload", ["code-68300010"])
    standin.require(mode="none", client_id="id", client_secret="secret")
    scope: dict[str, object] = {"url": standin.base_url + "/scene/code-67200005"}
    text = (root / "README.md").read_text().replace("https://connect.zhihuiya.com", standin.base_url)
    source = "\n".join(re.findall(r"^```python\n(.*?)^```$", text, re.DOTALL | re.MULTILINE))
    raised = []
    for statement in ast.parse(source).body:
        promised = re.findall(r"# raises aftercall\.(\w+)", source.splitlines()[statement.lineno - 1])
        told = []
        try:
            exec(compile(ast.Module([statement], []), "README.md", "exec"), scope)
        except aftercall.AftercallError as error:
            told = [type(error).__name__]
        assert told == promised
        raised += told
    assert raised == ["BalanceError", "UploadError"]
    assert callable(scope["search"])


def test_every_snippet_of_the_guide_to_messages_runs(root: Path) -> None:
    assert run((root / "docs" / "MESSAGES.md").read_text(), "docs/MESSAGES.md", {}) >= 5


def test_every_snippet_of_the_guide_to_profiles_runs(root: Path) -> None:
    assert run((root / "docs" / "PROFILES.md").read_text(), "docs/PROFILES.md", {}) >= 20


def run(text: str, name: str, scope: dict[str, object]) -> int:
    """Runs the examples of a text; says how many there were."""
    # The fence behind a snippet is no output of it.
    text = "\n".join("" if line.startswith("```") else line for line in text.splitlines())
    test = doctest.DocTestParser().get_doctest(text, scope, name, name, 0)
    told: list[str] = []
    result = doctest.DocTestRunner(optionflags=OPTIONS).run(test, out=told.append)
    assert result.failed == 0, "".join(told)
    return result.attempted
