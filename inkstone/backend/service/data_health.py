"""How healthy a dataset is: its profile, what the data doctor finds, and new versions with the fixes chosen.

``profile``, ``doctor`` and ``apply_fixes`` answer when they are done; ``begin_*`` start the same as jobs, for pages and REST.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from inkstone.backend.service import data_jobs, dataset_rows
from inkstone.backend.service.actor import Actor, require_create, require_read
from inkstone.backend.service.derived import Roles, derive, open_version
from inkstone.backend.service.errors import NO_SUCH_FIX, UNKNOWN_COLUMN
from inkstone.backend.service.views import DatasetVersionView, JobView
from inkstone.backend.store.database import session
from inkstone.components.artifacts import Table
from inkstone.components.data.doctor import Finding, Fix
from inkstone.components.data.options import Progress
from inkstone.components.data.profile import TableProfile

Others = Mapping[str, str]
"""Name of a part (``dev``, ``test``) to the dataset version that holds it."""


def profile(actor: Actor, reference: str, progress: Progress | None = None) -> TableProfile:
    """Return what the columns of a version hold."""
    from inkstone.components.data.profile import profile_table

    require_read(actor, "dataset.profile")
    table, roles = open_version(reference)
    return profile_table(table, roles, progress)


def doctor(
    actor: Actor, reference: str, others: Others | None = None, progress: Progress | None = None
) -> list[Finding]:
    """Return what the data doctor finds in a version, the gravest first. Takes seconds to a minute.

    Args:
        actor: Who asks.
        reference: The version.
        others: Further parts, to look for overlap.
        progress: Called with checks done and checks to do; may raise to stop.
    """
    require_read(actor, "dataset.doctor")
    table, roles = open_version(reference)
    parts = {name: open_version(other) for name, other in (others or {}).items()}
    return examine_tables(table, roles, parts, progress)


def examine_tables(
    table: Table, roles: Roles, parts: Mapping[str, tuple[Table, Roles]], progress: Progress | None = None
) -> list[Finding]:
    """Return what the data doctor finds in a table, whether it is a dataset or not.

    Args:
        table: The rows.
        roles: Which column is what.
        parts: Further parts, to look for overlap: in the column of the same name, else in the one that is their text.
        progress: Called with checks done and checks to do; may raise to stop.

    Raises:
        InkstoneError: ``dataset.unknown_column``: a role names a column that is not there, or another part lacks the text.
    """
    from inkstone.components.data.doctor import examine

    wanted = [(str(role), column, table) for role, column in roles.items()]
    texts = {name: _text_of(part, theirs, roles["text"]) for name, (part, theirs) in parts.items() if "text" in roles}
    wanted += [(name, column, parts[name][0]) for name, column in texts.items()]
    for at, column, holder in wanted:
        names = [item.name for item in holder.info.columns]
        if column not in names:
            raise UNKNOWN_COLUMN(at=at, column=column, columns=", ".join(names))
    others = {name: part for name, (part, _) in parts.items()}
    return examine(table, roles, others, progress=progress, other_texts=texts)


def _text_of(part: Table, roles: Roles, column: str) -> str:
    names = {item.name for item in part.info.columns}
    return column if column in names else roles.get("text", column)


def apply_fixes(actor: Actor, reference: str, fixes: list[Fix], progress: Progress | None = None) -> DatasetVersionView:
    """Make a new version of a dataset with the fixes applied; the old one stays as it is."""
    from inkstone.components.data.doctor import apply_fixes as write_fixed

    require_create(actor, "dataset.fix")

    def change(table: Table, roles: Roles, scratch: Path) -> tuple[Table, Roles]:
        return write_fixed(table, fixes, scratch / "fixed", roles), roles

    codes = sorted({item.id.removeprefix("doctor.") for item in fixes})
    return derive(actor, reference, change, {"how": "fixes", "fixes": codes}, progress)


def chosen_fixes(findings: list[Finding], codes: list[str]) -> list[Fix]:
    """Return the fixes that the doctor offers under these codes; ``all`` takes every one.

    Raises:
        InkstoneError: ``dataset.no_such_fix``.
    """
    offered = {finding.code.removeprefix("doctor."): finding.fix for finding in findings if finding.fix}
    wanted = list(offered) if "all" in codes else [code.removeprefix("doctor.") for code in codes]
    for code in wanted:
        if code not in offered:
            raise NO_SUCH_FIX(at="fixes", code=code, codes=", ".join(offered) or "-")
    return [offered[code] for code in wanted]


def slim(findings: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return findings, as JSON, without the row numbers of their fixes: there may be millions."""
    return [
        item | {"fix": item["fix"] and {key: value for key, value in item["fix"].items() if key != "drop"}}
        for item in findings
    ]


def begin_profile(actor: Actor, reference: str) -> JobView:
    """Start profiling in the background."""
    require_read(actor, "dataset.profile")
    return data_jobs.begin(actor, "profile", reference, _question(reference))


def begin_doctor(actor: Actor, reference: str, others: Others | None = None) -> JobView:
    """Start the data doctor in the background."""
    require_read(actor, "dataset.doctor")
    return data_jobs.begin(actor, "doctor", reference, _question(reference, others))


def begin_fix(actor: Actor, reference: str, codes: list[str], others: Others | None = None) -> JobView:
    """Start making a new version with the fixes under these codes; the result names it."""
    require_create(actor, "dataset.fix")
    return data_jobs.begin(actor, "fix", reference, _fix_question(reference, codes, others), again=True)


def look(actor: Actor, kind: str, reference: str, others: Others | None = None) -> JobView:
    """Return how far the profile or the doctor of a version is."""
    require_read(actor, f"dataset.{kind}")
    return data_jobs.look(kind, data_jobs.folder_of(kind, reference, _question(reference, others)))


def look_fix(actor: Actor, reference: str, codes: list[str], others: Others | None = None) -> JobView:
    """Return how far a new version with fixes is."""
    require_read(actor, "dataset.fix")
    return data_jobs.look("fix", data_jobs.folder_of("fix", reference, _fix_question(reference, codes, others)))


def stop(actor: Actor, kind: str, reference: str, others: Others | None = None) -> None:
    """Stop the profile or the doctor of a version."""
    require_create(actor, f"dataset.{kind}")
    data_jobs.stop(data_jobs.folder_of(kind, reference, _question(reference, others)))


def stop_fix(actor: Actor, reference: str, codes: list[str], others: Others | None = None) -> None:
    """Stop making a new version with fixes."""
    require_create(actor, "dataset.fix")
    data_jobs.stop(data_jobs.folder_of("fix", reference, _fix_question(reference, codes, others)))


def profile_work(actor: Actor, reference: str, params: dict[str, Any], progress: Progress) -> Any:
    """Do the job ``profile``."""
    return profile(actor, reference, progress).model_dump(mode="json")


def doctor_work(actor: Actor, reference: str, params: dict[str, Any], progress: Progress) -> Any:
    """Do the job ``doctor``."""
    return [finding.model_dump(mode="json") for finding in doctor(actor, reference, params["others"], progress)]


def fix_work(actor: Actor, reference: str, params: dict[str, Any], progress: Progress) -> Any:
    """Do the job ``fix``: the doctor's findings are taken from its own job where that has ended."""
    known = look(actor, "doctor", reference, params["others"])
    if known.state == "done":
        findings = [Finding.model_validate(item) for item in known.result]
    else:
        findings = doctor(actor, reference, params["others"], progress)
    version = apply_fixes(actor, reference, chosen_fixes(findings, params["codes"]), progress)
    return version.model_dump(mode="json")


def _question(reference: str, others: Others | None = None) -> dict[str, Any]:
    """Return what the answer depends on beside the version: a changed role, or a newer other part, asks anew."""
    with session() as db:
        parts = {name: dataset_rows.find_version(db, other).id for name, other in (others or {}).items()}
    return {"roles": open_version(reference)[1], "others": parts}


def _fix_question(reference: str, codes: list[str], others: Others | None) -> dict[str, Any]:
    return {**_question(reference, others), "codes": sorted(codes)}
