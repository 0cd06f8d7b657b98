"""Templates and components: what a pipeline can be made of."""

from fastapi import APIRouter, Response

from inkstone.backend.api.dependencies import Who
from inkstone.backend.pipeline.document import Pipeline
from inkstone.backend.pipeline.yaml_io import dump_document
from inkstone.backend.service import components, templates
from inkstone.backend.service.views import ComponentView, TemplateView

router = APIRouter(tags=["palette"])


@router.get("/templates", summary="List solution templates")
def list_templates(who: Who) -> list[TemplateView]:
    """Return all solution templates."""
    return templates.list_(who)


@router.get("/templates/{name}", summary="One template's document")
def get_template(who: Who, name: str) -> Pipeline:
    """Return the pipeline document of a template."""
    return templates.get(who, name)


@router.get("/templates/{name}/yaml", summary="One template as YAML", response_class=Response)
def get_template_yaml(who: Who, name: str) -> Response:
    """Return the template as YAML."""
    return Response(dump_document(templates.get(who, name)), media_type="application/yaml")


@router.get("/components", summary="List components")
def list_components(who: Who) -> list[ComponentView]:
    """Return every component with its ports and parameters."""
    return components.list_(who)


@router.get("/components/{component_id}", summary="One component")
def get_component(who: Who, component_id: str) -> ComponentView:
    """Return a component by ``id`` or ``id@version``."""
    return components.get(who, component_id)
