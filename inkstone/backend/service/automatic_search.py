"""*Give me the best model in 20 minutes*: starts a search over methods instead of parameters."""

from statistics import mean, median

from pydantic import BaseModel, ConfigDict, Field

from inkstone.backend.pipeline.validation import validate
from inkstone.backend.runtime.executors.base import processors
from inkstone.backend.service import columns, datasets, searches, templates
from inkstone.backend.service.actor import Actor, require_create
from inkstone.backend.service.searching.errors import ROLE_UNKNOWN
from inkstone.backend.service.searching.methods import DataFacts
from inkstone.backend.service.searching.views import SearchView
from inkstone.backend.store.tables_search import Search
from inkstone.components.errors import ProblemList

_SAMPLE = 200


class AutoWish(BaseModel):
    """What a user may say.

    Attributes:
        data: The dataset: ``dataset:NAME@VERSION``.
        text: Its text column; None: as guessed at upload.
        label: Its label column; None: as guessed.
        minutes: The time for all attempts together; registering the winner comes after.
        name: Name of the model.
        promote: Register the winner.
    """

    model_config = ConfigDict(extra="forbid")

    data: str = Field(min_length=1, max_length=200)
    text: str | None = Field(None, max_length=200)
    label: str | None = Field(None, max_length=200)
    minutes: float = Field(20, gt=0, le=10_000)
    name: str | None = Field(None, min_length=1, max_length=100)
    promote: bool = True


def start(actor: Actor, wish: AutoWish) -> SearchView:
    """Look at the data, choose the methods, start to try them.

    Raises:
        InkstoneError: ``search.role_unknown``, ``dataset.not_found``, ``search.busy``.
        ProblemList: What is wrong with the pipeline.
    """
    require_create(actor, "search.start")
    version = datasets.get(actor, wish.data)
    roles = {"text": wish.text or version.roles.get("text"), "label": wish.label or version.roles.get("label")}
    for role, column in roles.items():
        if column is None:
            raise ROLE_UNKNOWN(at=role, role=role, columns=", ".join(item.name for item in version.columns))
    facts = _facts(actor, version.reference, str(roles["text"]), str(roles["label"]))
    template = "few-shot-classification" if facts.few else "text-classification"
    bindings = {"data": version.reference, "name": wish.name or f"auto-{version.name}"[:100], **roles}
    document = templates.build(actor, template, bindings)
    if problems := validate(document):
        raise ProblemList(problems)
    made = Search(
        name=f"{wish.name or version.name} · {wish.minutes:g} min"[:100],
        kind="auto",
        template=template,
        document=document.model_dump(mode="json"),
        settings={
            "figure": "dev/accuracy" if facts.few else "dev/macro_f1",
            "minimise": False,
            "minutes": wish.minutes,
            "parallel": 1,
            "cpus": processors(),
            "promote": wish.promote,
            "facts": facts.model_dump(),
            "actor": {"user_id": actor.user_id, "name": actor.name, "role": actor.role},
        },
        owner_id=actor.user_id,
    )
    return searches.begin(actor, made)


def _facts(actor: Actor, reference: str, text: str, label: str) -> DataFacts:
    counts = columns.label_check(actor, reference, label).counts
    shown = datasets.preview(actor, reference, limit=_SAMPLE)
    place = shown.columns.index(text) if text in shown.columns else 0
    return DataFacts(
        rows=sum(counts.values()),
        classes=len(counts),
        middle=median(counts.values()) if counts else 0,
        letters=mean(len(str(row[place] or "")) for row in shown.rows) if shown.rows else 0.0,
    )
