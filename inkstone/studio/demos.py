"""Gradio demos at ``/demo/<model>/``: each is made when somebody first opens it, and goes when its model does.

``/demo/NAME/`` shows the newest version, ``/demo/NAME@2/`` a certain one. Names that are not plain ASCII lead on to an
address made of ASCII alone, because Gradio writes its own address into pages and headers.

A mounted application never gets its lifespan from the server, and without it Gradio's queue hangs for ever; so each demo's
lifespan runs in a task of its own from its making to its removal.
"""

import asyncio
import base64
import contextlib
import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from html import escape
from typing import Any
from urllib.parse import quote

from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from inkstone.backend.service import models, tagging
from inkstone.backend.service.actor import LOCAL
from inkstone.backend.service.views import ModelVersionView
from inkstone.components.errors import InkstoneError
from inkstone.components.nlp.tagging.loading import is_tagger

MOST = 12
"""Demos alive at once; the one unused for longest goes first."""

_PLAIN = re.compile(r"^~?[A-Za-z0-9][A-Za-z0-9._@=-]*$")


@dataclass
class Demo:
    """A living demo: its Gradio application and the task that holds its lifespan open."""

    version_id: str
    app: ASGIApp
    stop: asyncio.Event
    task: asyncio.Task[None]


class Demos:
    """ASGI application that makes, serves and removes the demos."""

    def __init__(self) -> None:
        self._demos: dict[str, Demo] = {}
        self._making = asyncio.Lock()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Serve until the block ends, then close every demo."""
        try:
            yield
        finally:
            for slug in list(self._demos):
                await self.remove(slug)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand a request to the demo that its path names."""
        path = scope["path"].removeprefix(scope.get("root_path", ""))
        slug, slash, _ = path.lstrip("/").partition("/")
        answer = await self._answer(slug, bool(slash), scope)
        if isinstance(answer, Response):
            await answer(scope, receive, send)
            return
        inner = dict(scope)
        inner["root_path"] = f"{scope.get('root_path', '')}/{slug}"
        await answer.app(inner, receive, send)

    async def _answer(self, slug: str, slash: bool, scope: Scope) -> "Demo | Response":
        query = scope.get("query_string", b"").decode("latin-1")
        suffix = f"?{query}" if query else ""
        base = scope.get("root_path", "")
        if slug in self._demos and not _is_page(scope):
            return self._demos[slug]
        try:
            version = await asyncio.to_thread(models.get, LOCAL, _reference(slug))
        except InkstoneError as problem:
            await self.remove(slug)
            return HTMLResponse(_problem_page(problem), status_code=problem.status)
        if not slash:
            return RedirectResponse(f"{base}/{quote(slug, safe='@')}/{suffix}")
        if not _PLAIN.match(slug):
            return RedirectResponse(f"{base}/{_coded(slug)}/{suffix}")
        return await self._demo(slug, version, base)

    async def _demo(self, slug: str, version: ModelVersionView, base: str) -> Demo:
        """Return the demo of a version; a newer version takes the place of the one before."""
        async with self._making:
            known = self._demos.pop(slug, None)
            if known and known.version_id == version.id:
                self._demos[slug] = known  # now the one used last
                return known
            if known:
                await _close(known)
            while len(self._demos) >= MOST:
                await self.remove(next(iter(self._demos)))
            self._demos[slug] = await _open(version, f"{base}/{slug}")
            return self._demos[slug]

    async def remove(self, slug: str) -> None:
        """Close a demo if it lives."""
        demo = self._demos.pop(slug, None)
        if demo:
            await _close(demo)


async def _open(version: ModelVersionView, path: str) -> Demo:
    from inkstone.studio.demo_page import demo_app

    app: Any = await asyncio.to_thread(demo_app, version, path)
    warming = asyncio.create_task(asyncio.to_thread(_warm, version))  # the model loads while the page is read
    ready, stop = asyncio.Event(), asyncio.Event()

    async def live() -> None:
        async with AsyncExitStack() as stack:
            await stack.enter_async_context(app.router.lifespan_context(app))
            app.get_blocks().run_startup_events()
            await app.get_blocks().run_extra_startup_events()
            ready.set()
            await stop.wait()
        app.get_blocks().close(verbose=False)
        await warming

    task = asyncio.create_task(live(), name=f"demo {path}")
    waiting = asyncio.create_task(ready.wait())
    await asyncio.wait({task, waiting}, return_when=asyncio.FIRST_COMPLETED)
    waiting.cancel()
    if task.done():
        task.result()
    return Demo(version.id, app, stop, task)


def _warm(version: ModelVersionView) -> None:
    """Load the model; what is wrong with it is told when somebody predicts."""
    with contextlib.suppress(InkstoneError):
        if is_tagger(version.task):
            tagging.tag(LOCAL, version.reference, [version.name])
            return
        models.predict(LOCAL, version.reference, [version.name], [version.name] if "pair" in version.task else None)


async def _close(demo: Demo) -> None:
    demo.stop.set()
    await demo.task


def _is_page(scope: Scope) -> bool:
    """Return whether the request asks for the page itself, which is when the model is looked up again."""
    path = scope["path"].removeprefix(scope.get("root_path", ""))
    return scope["method"] in {"GET", "HEAD"} and path.count("/") <= 2 and path.endswith("/")


def _coded(reference: str) -> str:
    return "~" + base64.urlsafe_b64encode(reference.encode()).decode()


def _reference(slug: str) -> str:
    """Return the model that an address names."""
    if not slug.startswith("~"):
        return slug
    try:
        return base64.urlsafe_b64decode(slug[1:]).decode()
    except ValueError:
        return slug


def _problem_page(problem: InkstoneError) -> str:
    return (
        '<!doctype html><meta charset="utf-8"><title>Inkstone</title>'
        '<body style="font-family:sans-serif;max-width:36rem;margin:4rem auto;line-height:1.7">'
        f"<p>{escape(problem.message('zh'))}</p><p>{escape(problem.message('en'))}</p><p><a href='/models'>Inkstone</a></p>"
    )


DEMOS = Demos()
