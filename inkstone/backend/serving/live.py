"""The deployments that this process answers for: loaded at the first request, changed without a gap.

The database says what is deployed. A process asks it at most once a second; when the deployment has changed, the new
versions are loaded and warmed up while the old ones go on answering, and then take their place.
"""

import logging
import random
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from sqlalchemy import select

from inkstone import paths
from inkstone.backend.serving.errors import BUSY, CLOSED, STOPPED, UNKNOWN
from inkstone.backend.serving.loaded import MODELS, Answering, classifier
from inkstone.backend.serving.predictor import Ranked
from inkstone.backend.serving.tagging import said, tag
from inkstone.backend.serving.usage import USAGE
from inkstone.backend.store.database import session
from inkstone.backend.store.notices import deployment_health
from inkstone.backend.store.tables import ModelVersion
from inkstone.backend.store.tables_serving import Deployment
from inkstone.components.errors import InkstoneError
from inkstone.components.nlp.tagging.answers import TagAnswer

LOG = logging.getLogger(__name__)
_ASK_SECONDS = 1.0
Result = TypeVar("Result")
Said = list[list[tuple[str, float]]]
"""What each text was given, for the figures."""


@dataclass(frozen=True)
class Served:
    """A model version in memory."""

    version_id: str
    reference: str
    predictor: Answering


@dataclass(frozen=True)
class Answer(Generic[Result]):
    """What a deployment says to a request: one result a text."""

    model: str
    results: list[Result]


@dataclass(frozen=True)
class Wish:
    """What the database wants: versions by id (first the main one), and the share of the canary."""

    id: str
    revision: int
    running: bool
    versions: tuple[tuple[str, str, str], ...]  # id, reference, folder
    share: float


@dataclass
class State:
    """A deployment as this process serves it."""

    wish: Wish
    served: tuple[Served, ...] = ()
    asked: float = field(default_factory=time.monotonic)
    loading: bool = False


class Live:
    """All deployments of this process."""

    def __init__(self) -> None:
        self._states: dict[str, State] = {}
        self._lock = threading.Lock()
        self._loading: dict[str, threading.Lock] = {}

    def answer(self, name: str, texts: Sequence[str], pairs: Sequence[str] | None = None) -> Answer[list[Ranked]]:
        """Answer a request with the deployed version, or with the canary for its share of the requests.

        Raises:
            InkstoneError: ``deployment.unknown``, ``deployment.stopped``, ``serving.busy``, ``model.other_answer``, or what is
                wrong with the model.
        """

        def asked(model: Answering) -> tuple[list[list[Ranked]], Said]:
            results = classifier(model).predict(texts, pairs, patient=False)
            return results, [[(row[0]["label"], row[0]["score"])] for row in results]

        return self._answer(name, texts, asked)

    def tag(self, name: str, texts: Sequence[str]) -> Answer[TagAnswer]:
        """Answer a request with category, labels, keywords and entities; see ``answer``."""

        def asked(model: Answering) -> tuple[list[TagAnswer], Said]:
            results = tag(model, texts, patient=False)
            return results, [said(item) for item in results]

        return self._answer(name, texts, asked)

    def _answer(
        self, name: str, texts: Sequence[str], asked: Callable[[Answering], tuple[list[Result], Said]]
    ) -> Answer[Result]:
        for _ in range(3):
            state = self._state(name)
            if not state.wish.running:
                raise STOPPED(name=name)
            served = _chosen(state)
            try:
                return self._counted(state, served, texts, asked)
            except InkstoneError as problem:
                if problem.code != CLOSED.code:
                    raise
                # The version was taken out between choosing it and asking it: its successor answers.
        raise CLOSED()

    def load(self, name: str) -> None:
        """Load a deployment before its first request.

        Raises:
            InkstoneError: ``deployment.unknown``, or what is wrong with the model.
        """
        self._state(name)

    def _counted(
        self,
        state: State,
        served: Served,
        texts: Sequence[str],
        asked: Callable[[Answering], tuple[list[Result], Said]],
    ) -> Answer[Result]:
        started = time.perf_counter()
        try:
            results, given = asked(served.predictor)
        except InkstoneError as problem:
            if problem.code == BUSY.code:
                USAGE.refused(state.wish.id, served.version_id)
            elif problem.status >= 500 and problem.code != CLOSED.code:
                USAGE.failed(state.wish.id, served.version_id)
            raise
        USAGE.answered(state.wish.id, served.version_id, texts, given, time.perf_counter() - started)
        return Answer(served.reference, results)

    def _state(self, name: str) -> State:
        """Return the state to answer with; the first request of a deployment loads it."""
        state = self._states.get(name)
        if state is not None and time.monotonic() - state.asked < _ASK_SECONDS:
            return state
        with self._lock:
            lock = self._loading.setdefault(name, threading.Lock())
        if state is None:
            with lock:
                if name not in self._states:
                    wish = _wish(name)
                    self._states[name] = State(wish, _first_load(wish))
                return self._states[name]
        state.asked = time.monotonic()
        try:
            wish = _wish(name)
        except InkstoneError:
            self._forget(name)
            raise
        if wish != state.wish and not state.loading:
            state.loading = True
            threading.Thread(target=self._change, args=(name, state, wish), daemon=True).start()
        return state

    def _change(self, name: str, state: State, wish: Wish) -> None:
        """Put what is wanted in the place of what is served; on a failure the old versions go on."""
        try:
            served = _load(wish, state.served)
        except InkstoneError as problem:
            LOG.warning("deployment %s stays as it was: %s", name, problem)
            _tell(wish, str(problem))
            state.loading = False
            return
        self._states[name] = State(wish, served)
        for old in state.served:
            if old not in served:
                MODELS.release(old.predictor)

    def _forget(self, name: str) -> None:
        state = self._states.pop(name, None)
        if state is not None:
            for old in state.served:
                threading.Thread(target=MODELS.release, args=(old.predictor,), daemon=True).start()

    def close(self) -> None:
        """Answer what waits, end all threads, write the figures."""
        for name in list(self._states):
            for served in self._states.pop(name).served:
                MODELS.release(served.predictor)
        USAGE.close()


def _chosen(state: State) -> Served:
    if len(state.served) > 1 and random.random() < state.wish.share:  # noqa: S311 - a share of the traffic, no secret
        return state.served[1]
    return state.served[0]


def _wish(name: str) -> Wish:
    with session() as db:
        row = db.scalars(select(Deployment).where(Deployment.name == name, Deployment.trashed_at.is_(None))).first()
        if row is None:
            raise UNKNOWN(name=name)
        wanted = [row.version_id] + ([row.canary_id] if row.canary_id else [])
        versions = []
        for version_id in wanted if row.running else []:
            version = db.get_one(ModelVersion, version_id)
            versions.append((version.id, f"{version.model.name}@{version.number}", version.folder))
        return Wish(row.id, row.revision, row.running, tuple(versions), row.canary_share)


def _first_load(wish: Wish) -> tuple[Served, ...]:
    """Load what a deployment wants; tell its owner when that fails."""
    try:
        return _load(wish, ())
    except InkstoneError as problem:
        _tell(wish, str(problem))
        raise


def _tell(wish: Wish, problem: str) -> None:
    with session() as db:
        row = db.get(Deployment, wish.id)
        if row is not None:
            deployment_health(db, row.id, row.name, row.owner_id, problem)


def _load(wish: Wish, present: Sequence[Served]) -> tuple[Served, ...]:
    """Return the wanted versions, those of ``present`` as they are."""
    known = {served.version_id: served for served in present}
    served: list[Served] = []
    try:
        for version_id, reference, folder in wish.versions:
            if version_id in known:
                served.append(known[version_id])
            else:
                model = MODELS.hold(paths.inside(paths.home(), folder))
                served.append(Served(version_id, reference, model))
    except InkstoneError:
        for made in served:
            if made.version_id not in known:
                MODELS.release(made.predictor)
        raise
    return tuple(served)


LIVE = Live()
