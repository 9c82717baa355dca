import importlib.metadata
from pathlib import Path

import responses


def test_responses_is_ours_and_not_the_library_of_that_name() -> None:
    assert Path(responses.__file__) == Path(__file__).parents[2] / "responses" / "__init__.py"


def test_nothing_installed_brings_that_library_or_needs_it() -> None:
    installed = {
        dist.metadata["Name"].lower(): dist.requires or [] for dist in importlib.metadata.distributions()
    }
    assert "responses" not in installed
    assert [
        name
        for name, needs in installed.items()
        for need in needs
        if need.split(";")[0].strip().lower().startswith("responses") and "extra" not in need
    ] == []
