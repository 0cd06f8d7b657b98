"""The sample project of a new home: the sample data as datasets, and a pipeline drawn from each template."""

import logging
from pathlib import Path

import inkstone
from inkstone import paths
from inkstone.backend.service import datasets, pipelines, templates
from inkstone.backend.service.actor import LOCAL
from inkstone.backend.service.views import DatasetVersionView, TemplateView
from inkstone.components.errors import InkstoneError, ProblemList

SAMPLES = Path(inkstone.__file__).parent / "assets" / "samples"
log = logging.getLogger("inkstone.studio")


def import_sample(file: str) -> DatasetVersionView:
    """Make a shipped sample file a dataset; the same bytes give the same version."""
    return datasets.upload(LOCAL, paths.inside(SAMPLES, file), file)


def prepare_sample_project() -> None:
    """Fill a new home once; a user who removes the samples does not get them again."""
    mark = paths.home() / ".sample-project"
    if mark.exists():
        return
    for template in templates.list_(LOCAL):
        try:
            _fill(template)
        except (InkstoneError, ProblemList):
            log.exception("sample project: %s left out", template.name)
    mark.write_text("Made at the first start; remove this file to get the samples again.\n", "utf-8")


def _fill(template: TemplateView) -> None:
    versions = [import_sample(file) for file in template.samples.values()]
    if not versions:
        return
    known = {item.template for item in pipelines.list_(LOCAL)}
    if template.name not in known:
        bindings = {"data": versions[0].reference, **versions[0].roles}
        wanted = {name: value for name, value in bindings.items() if name in template.bindings}
        pipelines.create(LOCAL, templates.build(LOCAL, template.name, wanted), template=template.name)
