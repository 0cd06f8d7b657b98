"""Reads what the user names: a pipeline file or a template, and the files that go into it."""

from pathlib import Path
from typing import Any

from inkstone.backend.cli.errors import NO_DATA_BINDING, ROLE_NEEDED
from inkstone.backend.cli.output import note
from inkstone.backend.cli.words import say
from inkstone.backend.pipeline.document import Pipeline
from inkstone.backend.pipeline.edit import bind
from inkstone.backend.pipeline.yaml_io import load_document
from inkstone.backend.service import datasets, templates
from inkstone.backend.service.actor import Actor
from inkstone.backend.service.columns import guessed_columns, required_roles
from inkstone.backend.service.errors import TEMPLATE_NOT_FOUND, UPLOAD_MISSING
from inkstone.backend.service.views import DatasetVersionView

_ENDINGS = {".yaml", ".yml"}
_DATASET = "dataset:"
_ROLES = {
    "text": "--text",
    "label": "--label",
    "labels": "--labels",
    "entities": "--entities",
    "keywords": "--keywords",
}


def read_document(file: Path) -> Pipeline:
    """Read a pipeline file.

    Raises:
        InkstoneError: ``upload.missing``, or what is wrong with it.
    """
    if not file.is_file():
        raise UPLOAD_MISSING(name=str(file))
    return load_document(file.read_bytes())


def template_or_file(actor: Actor, name: str) -> tuple[Pipeline, str | None]:
    """Return the document, and the template's name where it is one."""
    path = Path(name)
    if path.suffix.lower() in _ENDINGS or path.is_file():
        if not path.is_file():
            raise TEMPLATE_NOT_FOUND(name=name, hint="")
        return read_document(path), None
    return templates.get(actor, name), name


def import_file(actor: Actor, file: Path, option: str) -> DatasetVersionView:
    """Import a file or folder as a dataset, the same bytes giving the same version; ``dataset:NAME@2`` is one already."""
    from inkstone.backend.cli.progress import import_progress

    if str(file).startswith(_DATASET):
        return datasets.get(actor, str(file))
    if not file.exists():
        raise UPLOAD_MISSING(at=option, name=str(file))
    with import_progress(file.name) as progress:
        view = datasets.upload(actor, file, file.name, progress=progress)
    state = say("已有", "known") if view.reused else say("已导入", "imported")
    note(say("数据 {reference}：{rows} 行（{state}）", "Data {reference}: {rows} rows ({state})",
             reference=view.reference.removeprefix(_DATASET), rows=view.rows, state=state))  # fmt: skip
    return view


def bound_document(
    actor: Actor,
    document: Pipeline,
    files: dict[str, Path | None],
    choices: dict[str, str | None],
    columns: dict[str, str | None],
) -> Pipeline:
    """Return the document with the user's files, columns and choices in it.

    Args:
        actor: Who asks.
        document: A template, or a pipeline with bindings of its own.
        files: Files to import by binding, such as ``data``; None where none was given.
        choices: Further values by binding.
        columns: Columns by role; those not given are guessed.

    Raises:
        InkstoneError: ``cli.no_data_binding``, ``cli.role_needed``, and those of importing.
    """
    known = document.template.bindings if document.template else {}
    for option, value in (files | choices).items():
        if value is not None and option not in known:
            raise NO_DATA_BINDING(at=option, option=f"--{option}")
    imported = {key: import_file(actor, file, key) for key, file in files.items() if file is not None}
    bindings: dict[str, Any] = {key: view.reference for key, view in imported.items()}
    bindings |= {key: value for key, value in choices.items() if value is not None}
    bindings |= _column_bindings(document, imported.get("data"), columns)
    bindings = templates.with_encoder(actor, document, bindings)
    return bind(document, bindings) if bindings else document


def _column_bindings(
    document: Pipeline, data: DatasetVersionView | None, given: dict[str, str | None]
) -> dict[str, Any]:
    """Return the columns to bind: those given, else those guessed, saying which.

    Raises:
        InkstoneError: ``cli.role_needed`` when a column is neither given nor guessed.
    """
    known = document.template.bindings if document.template else {}
    columns: dict[str, Any] = {}
    for role, column in given.items():
        if column is not None:
            if role not in known:
                raise NO_DATA_BINDING(at=role, option="--" + role.replace("_", "-"))
            columns[role] = column
    if data is None:
        return columns
    wanted = [role for role in _ROLES if role in known]
    guessed = guessed_columns(data.roles, wanted)
    needed = required_roles(wanted)
    for role in wanted:
        option = _ROLES[role]
        if role not in columns:
            if role not in guessed:
                if role not in needed:
                    continue
                names = ", ".join(item.name for item in data.columns)
                raise ROLE_NEEDED(at=role, role=role, columns=names, option=option)
            columns[role] = guessed[role]
            note(say("列 {role} = {column}（猜测；可用 {option} 指定）", "Column {role} = {column} (guessed; set it with {option})",
                     role=role, column=columns[role], option=option))  # fmt: skip
    return columns
