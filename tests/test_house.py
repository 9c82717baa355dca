"""The rules of the house that no linter knows."""

import ast
import re
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import grimp
import pytest
from django.apps import apps
from django.core.management import CommandError, call_command

from accord_portal.staff.models import User
from responses.models import Contact
from tests.factories import ContactFactory, UserFactory
from tests.production import ROOT, production

ROOMS = [ROOT / name for name in ("accord_portal", "champions", "responses")]
OURS = [app for app in apps.get_app_configs() if {Path(app.path), *Path(app.path).parents} & set(ROOMS)]


def modules(*folders: Path) -> Iterator[Path]:
    """Our modules, migrations aside."""
    for folder in folders:
        yield from (path for path in folder.rglob("*.py") if "migrations" not in path.parts)


def imported(path: Path) -> set[str]:
    """The top of every absolute import."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level:
            found.add((node.module or "").split(".")[0])
    return found


def test_models_do_not_bring_the_admin_with_them() -> None:
    names = [room.name for room in ROOMS]
    graph = grimp.build_graph(
        *names, include_external_packages=True, exclude_type_checking_imports=True, cache_dir=None
    )
    models = {name for name in graph.modules if "models" in name.split(".") and name.split(".")[0] in names}
    reached = {below for name in models for below in graph.find_upstream_modules(name)} | models
    lines = {
        (name, line["line_contents"])
        for name in reached & graph.find_modules_that_directly_import("django")
        for line in graph.get_import_details(importer=name, imported="django")
    }
    assert ("accord_portal.foundation.search", "from django.db import connections, models") in lines
    assert {(name, line) for name, line in lines if "admin" in line} == set()


def test_no_module_is_named_for_nothing() -> None:
    names = {"utils", "helpers", "mixins", "services", "common", "misc", "signals"}
    assert [path for path in modules(*ROOMS, ROOT / "tests") if path.stem in names] == []


def test_no_module_has_a_second_noun_in_it() -> None:
    ours = modules(*ROOMS, ROOT / "tests")
    long = {path.relative_to(ROOT).as_posix(): len(path.read_text().splitlines()) for path in ours}
    assert {path: lines for path, lines in long.items() if lines > 400} == {}


def top_level(kind: Callable[[ast.stmt], dict[str, str]]) -> dict[str, set[str]]:
    """What is defined at the top of our modules, by name: where (a class), or as what (a constant)."""
    found: dict[str, set[str]] = {}
    for path in modules(*ROOMS):
        for node in ast.parse(path.read_text()).body:
            for name, value in kind(node).items():
                found.setdefault(name, set()).add(value or str(path))
    return found


def test_no_two_classes_have_one_name() -> None:
    theirs = {"Command", "EmailBackend"}  # by these names Django looks for them
    classes = top_level(lambda node: {node.name: ""} if isinstance(node, ast.ClassDef) else {})
    assert {name for name, places in classes.items() if len(places) > 1} - theirs == set()


def test_no_constant_has_two_values() -> None:
    def constants(node: ast.stmt) -> dict[str, str]:
        if isinstance(node, ast.Assign):
            names = [target.id for target in node.targets if isinstance(target, ast.Name)]
            return {name: ast.unparse(node.value) for name in names if name.isupper()}
        return {}

    formats = {name for name in top_level(constants) if name.endswith(("_FORMAT", "_FORMATS", "_SEPARATOR"))}
    formats |= {"NUMBER_GROUPING", "FIRST_DAY_OF_WEEK"}  # by language, as Django asks
    several = {name for name, values in top_level(constants).items() if len(values) > 1}
    assert several - formats == set()


def test_no_test_imports_a_test() -> None:
    found = [
        (path.relative_to(ROOT).as_posix(), line)
        for path in modules(ROOT / "tests")
        for line in re.findall(r"^.*\btests\.(?:\w+\.)*test_\w+.*$", path.read_text(), re.MULTILINE)
        if "import" in line
    ]
    assert found == []


def test_every_folder_of_tests_is_a_package() -> None:
    folders = {path.parent for path in (ROOT / "tests").rglob("*.py")}
    assert [folder for folder in folders if not (folder / "__init__.py").exists()] == []


def test_tests_mirror_the_code() -> None:
    rooms = {"foundation", "staff", "digests", "desk", "public", "running", "champions", "responses"}
    assert {path.name for path in (ROOT / "tests").iterdir() if (path / "__init__.py").exists()} == {
        *rooms,
        "benchmarks",
        "browser",
    }


SPANNING = {  # tests of several modules of a room at once
    "answers": {"locks", "stale_writes"},
    "consent": {"locks"},
    "contacts": {"locks", "merged_reach"},
    "forms": {"widgets"},
    "importing": {"locks", "properties"},
    "models": {"constraints"},
    "own_page": {"locks"},
    "partnerships": {"admin", "locks", "migrations"},
    "people": {"locks"},
    "privacy": {"locks"},
    "stories": {"admin", "locks", "migrations"},
    "undertakings": {"a_year", "locks", "migrations", "what_is_owed"},
    "views": {"doors", "fuzzed_doors", "old_tabs"},
}


def test_tests_of_a_room_are_named_for_a_module_and_perhaps_a_part_of_it() -> None:
    apps = [ROOT / "tests" / name for name in ("champions", "responses")]
    rooms = [path for app in apps for path in app.iterdir() if (path / "__init__.py").exists()]
    assert len(rooms) == 17
    strange: dict[str, set[str]] = {}
    for room in rooms:
        code = {path.stem for path in (ROOT / room.relative_to(ROOT / "tests")).glob("[a-z]*.py")}
        for test in (path.stem.removeprefix("test_") for path in room.glob("test_*.py")):
            if test not in code and not test.startswith(tuple(f"{module}_" for module in code)):
                strange.setdefault(room.name, set()).add(test)
    assert strange == SPANNING


def test_every_module_of_the_foundation_is_tested() -> None:
    tested = {path.stem.removeprefix("test_") for path in (ROOT / "tests" / "foundation").glob("test_*.py")}
    code = {path.stem for path in (ROOT / "accord_portal" / "foundation").glob("[a-z]*.py")}
    through_others = {"acts", "apps", "models", "office", "search_index", "tasks"}
    through_others |= {"smtp_backend"}  # by test_handing_over
    assert code - tested == through_others


def test_no_model_sends_or_asks_anything_when_it_is_saved() -> None:
    allowed = {
        "uuid",
        "datetime",
        "itertools",
        "typing",
        "collections",
        "django",
        "accord_portal",
        "responses",
        "champions",
        "",
    }
    for path in modules(*ROOMS):
        if "models" not in path.parts and path.stem != "models":
            continue
        assert imported(path) <= allowed, path
        source = path.read_text()
        assert re.findall(r"\b(enqueue|owe|send_messages|get_connection|signals|receiver)\b", source) == [], (
            path
        )


def test_models_import_models_only() -> None:
    allowed = re.compile(r"accord_portal\.foundation|(responses|champions|accord_portal\.\w+)\.models")
    for path in modules(*ROOMS):
        if path.parent.name != "models":
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ImportFrom) and not node.level and node.module:
                ours = node.module.split(".")[0] in ("responses", "champions", "accord_portal")
                assert not ours or allowed.match(node.module), f"{path}: {node.module}"


def test_nothing_listens_to_signals() -> None:
    sources = {path: path.read_text() for path in modules(*ROOMS)}
    assert [path for path, text in sources.items() if re.search(r"@receiver|\.connect\(", text)] == []


def test_every_choice_of_state_is_lower_case_and_fits_its_column() -> None:
    for app in OURS:
        for model in app.get_models():
            for field in model._meta.get_fields():
                for value, _ in getattr(field, "choices", None) or []:
                    assert re.fullmatch(r"[a-z0-9_]+", str(value)), f"{model}.{field.name}: {value}"
                    assert len(str(value)) <= field.max_length, f"{model}.{field.name}: {value}"


def test_instants_end_in_at_days_in_on_and_people_in_by() -> None:
    ends = {"DateTimeField": ("_at",), "DateField": ("_on", "valid_from", "valid_to")}
    theirs = {"last_login"}  # Django's
    for app in OURS:
        for model in app.get_models():
            for field in model._meta.fields:
                wanted = ends.get(field.get_internal_type())
                if wanted and field.name not in theirs:
                    assert field.name.endswith(wanted), f"{model._meta.label}.{field.name}"


PAGES = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), ROOT / "tests" / "benchmarks" / "README.md"]


def test_the_readme_can_be_read_at_one_sitting() -> None:
    assert len((ROOT / "README.md").read_text().splitlines()) <= 90


def test_every_link_between_pages_leads_somewhere() -> None:
    link = re.compile(r"\]\(([^)\s]+)\)|<img src=\"([^\"]+)\"")
    found = [(page, one or other) for page in PAGES for one, other in link.findall(page.read_text())]
    between = [(page, to.partition("#")[0]) for page, to in found if "://" not in to]
    assert len(between) > 40
    assert [(str(page), to) for page, to in between if not (page.parent / to).exists()] == []


def test_every_file_that_a_page_names_is_there() -> None:
    named = [(page, name) for page in PAGES for name in re.findall(r"`([\w.-][\w./-]*)`", page.read_text())]
    tops = "accord_portal|champions|docs|responses|static|templates|tests"
    files = [pair for pair in named if re.search(rf"\w\.(py|md|html|css|toml|txt)$|^({tops})/", pair[1])]
    assert len(files) > 100
    ours = {path.name for folder in (*ROOMS, ROOT / "tests", ROOT / "docs") for path in folder.rglob("*.*")}
    ours |= {path.name for path in ROOT.iterdir()}
    assert [
        (str(page), name)
        for page, name in files
        if not ((ROOT / name).exists() if "/" in name else name in ours)
    ] == []


def test_every_decision_is_in_the_list() -> None:
    pages = sorted((ROOT / "docs" / "decisions").glob("[0-9]*.md"))
    listed = re.findall(
        r"^(\d+)\. \[(.+)\]\((.+)\)$", (ROOT / "docs" / "decisions" / "README.md").read_text(), re.MULTILINE
    )
    titles = [page.read_text().splitlines()[0].removeprefix("# ") for page in pages]
    assert [(f"{number}. {title}", to) for number, title, to in listed] == [
        (title, page.name) for title, page in zip(titles, pages, strict=True)
    ]


def test_colours_stand_in_the_palette_only() -> None:
    sheets = {path.name: path.read_text() for path in (ROOT / "static" / "css").glob("*.css")}
    assert sheets.pop("palette.css").count("prefers-color-scheme: dark") == 1
    on_paper_or_bar = {"#fff", "#000", "#333"}  # printed pages, and white on what is dark in both modes
    for name, text in sheets.items():
        assert set(re.findall(r"#[0-9a-f]{3,8}\b", text)) <= on_paper_or_bar, name


def test_a_line_of_a_template_can_be_read() -> None:
    files = [path for path in (ROOT / "templates").rglob("*") if path.is_file()]
    assert len(files) > 100
    assert [
        f"{path.relative_to(ROOT)}:{number}"
        for path in files
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if len(line) > 140
    ] == []


@pytest.mark.django_db
def test_the_migrations_are_complete() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_a_test_that_reaches_out_fails() -> None:
    with pytest.raises(Exception, match=r"192\.0\.2\.1"):
        socket.create_connection(("192.0.2.1", 80), timeout=1)


REQUIRED = ["SECRET_KEY", "ALLOWED_HOSTS", "DATABASE_URL", "BASE_URL", "OFFICE_POSTAL_ADDRESS"]


def setting(environment: dict[str, str], *names: str) -> list[str]:
    """What these settings are under this environment and no other."""
    code = f"from django.conf import settings; print(*[getattr(settings, n) for n in {names}], sep='\\n')"
    return subprocess.check_output(
        [sys.executable, "-c", code], cwd=ROOT, env=environment, text=True
    ).splitlines()


@pytest.mark.parametrize("value", [None, " \t"])
@pytest.mark.parametrize("missing", REQUIRED)
def test_production_does_not_start_without(missing: str, value: str | None, tmp_path: Path) -> None:
    environment = production(tmp_path)
    del environment[missing]
    if value is not None:
        environment[missing] = value
    run = started(environment)
    assert run.returncode == 1
    assert f"Set {missing} in the environment" in run.stderr


def test_production_starts_with_these_and_is_safe(tmp_path: Path) -> None:
    run = started(production(tmp_path))
    assert (run.returncode, run.stdout.partition(" (")[0]) == (0, "System check identified no issues")


@pytest.mark.parametrize(("asked", "preload", "silenced"), [("", "False", True), ("true", "True", False)])
def test_browsers_are_asked_to_list_the_domain_only_where_its_owner_says_so(
    asked: str, preload: str, silenced: bool, tmp_path: Path
) -> None:
    environment = {**production(tmp_path), **({"HSTS_PRELOAD": asked} if asked else {})}
    found, checks = setting(environment, "SECURE_HSTS_PRELOAD", "SILENCED_SYSTEM_CHECKS")
    assert (found, "security.W021" in checks) == (preload, silenced)
    assert started(environment).returncode == 0


def test_every_setting_is_in_the_example() -> None:
    text = "".join(path.read_text() for path in modules(ROOMS[0]))
    read = set(re.findall(r"env\.\w+\(\s*\"(\w+)\"|required\(\"(\w+)\"\)", text))
    names = {name for pair in read for name in pair if name} | {"PORT", "EMAIL_URL"}
    example = re.findall(r"^#?([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE)
    assert names - set(example) == set()


def test_production_without_a_mail_server_named_uses_the_one_on_its_machine(tmp_path: Path) -> None:
    asked = ["EMAIL_BACKEND", "EMAIL_HOST", "EMAIL_PORT", "DEFAULT_FROM_EMAIL", "DIGEST_FROM_EMAIL"]
    assert setting(production(tmp_path), *asked) == [
        "accord_portal.foundation.smtp_backend.EmailBackend",
        "localhost",
        "25",
        "Department of Internal Affairs <accord@accord.example>",
        "Department of Internal Affairs <news.accord@accord.example>",
    ]
    assert not (tmp_path / "mail").exists()


@pytest.mark.django_db
@pytest.mark.parametrize("theirs", [UserFactory, ContactFactory])
def test_the_demo_refuses_a_database_with_people_it_did_not_make(
    theirs: Callable[[], object], monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        monkeypatch.setenv("PORT", str(probe.getsockname()[1]))
    theirs()
    before = User.objects.count(), Contact.objects.count()
    with pytest.raises(CommandError, match=r"^There are people in this database already"):
        call_command("demo")
    assert (User.objects.count(), Contact.objects.count()) == before


def started(environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """`manage.py check --deploy` under these settings and no others."""
    command = [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
