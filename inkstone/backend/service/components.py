"""The palette."""

from inkstone.backend.service.actor import Actor, require_read
from inkstone.backend.service.views import ComponentView
from inkstone.components.registry import Registered, find, registry


def list_(actor: Actor) -> list[ComponentView]:
    """Return every component, the newest version of each."""
    require_read(actor, "component.list")
    newest: dict[str, Registered] = {}
    for item in sorted(registry().values(), key=lambda item: (item.spec.id, item.spec.version)):
        newest[item.spec.id] = item
    return [_view(item) for item in newest.values()]


def get(actor: Actor, component_id: str) -> ComponentView:
    """Return a component by ``id`` or ``id@version``.

    Raises:
        InkstoneError: ``pipeline.unknown_component``.
    """
    require_read(actor, "component.get")
    return _view(find(component_id))


def _view(item: Registered) -> ComponentView:
    spec = item.spec
    return ComponentView(
        id=spec.id,
        key=spec.key,
        category=spec.category.value,
        title=spec.title,
        summary=spec.summary,
        spec=spec.describe(),
    )
