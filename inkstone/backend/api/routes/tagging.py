"""Tags: category, labels, keywords and entities of texts."""

from fastapi import APIRouter
from pydantic import BaseModel, Field

from inkstone.backend.api.dependencies import Who
from inkstone.backend.service import tagging
from inkstone.components.nlp.tagging.answers import TagAnswer

router = APIRouter(prefix="/models", tags=["models"])


class TextsToTag(BaseModel):
    """Texts to tag."""

    texts: list[str] = Field(examples=[["王小明在北京的星光科技公司工作。"]])


@router.post("/{reference}/tag", summary="Tag texts")
def tag(who: Who, reference: str, body: TextsToTag) -> list[TagAnswer]:
    """Return category, labels, keywords and entities of each text; what the model does not give is null."""
    return tagging.tag(who, reference, body.texts)
