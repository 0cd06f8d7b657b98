"""The checks of the data doctor."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from inkstone.components.artifacts import ROW_ID, Role, Table
from inkstone.components.data.doctor import SHOWN_ROWS, Finding, Fix, Options
from inkstone.components.data.labels import LabelCounts, is_missing, label_key
from inkstone.components.data.languages import language_of
from inkstone.components.data.same_texts import contradictory, groups_of, repeated
from inkstone.components.data.text_keys import plain_text, text_key
from inkstone.components.texts import text

if TYPE_CHECKING:
    import numpy as np

_EXAMPLES = 5


@dataclass(frozen=True)
class Patient:
    """A table under examination. Keeps 8 bytes a row for the text, the labels as numbers, and reads texts when asked.

    Attributes:
        table: The table.
        text_column: The text.
        label_column: The label, if there is one.
        others: Further parts.
        options: Limits of the checks.
        ids: ``_row`` of each row.
        keys: Text keys.
        empty: Which rows have no text.
        tokens: Estimated tokens of each text.
        codes: Label number of each row; -1 where there is none.
        names: Label of each number, as it stands in the file.
    """

    table: Table
    text_column: str
    label_column: str | None
    others: Mapping[str, Table]
    options: Options
    ids: "np.ndarray"
    keys: "np.ndarray"
    empty: "np.ndarray"
    tokens: "np.ndarray"
    codes: "np.ndarray"
    names: list[str]

    @classmethod
    def read(cls, table: Table, roles: Mapping[Role, str], others: Mapping[str, Table], options: Options) -> "Patient":
        """Read a table once."""
        import numpy as np

        text_column = roles.get("text") or table.column("text")
        label_column = roles.get("label")
        rows = table.info.rows
        ids, keys = np.zeros(rows, np.int64), np.zeros(rows, np.uint64)
        tokens, codes = np.zeros(rows, np.int32), np.full(rows, -1, np.int32)
        numbers: dict[str, int] = {}
        at = 0
        for batch in table.batches([ROW_ID, text_column] + ([label_column] if label_column else [])):
            texts = [str(value or "") for value in batch.column(1).to_pylist()]
            part = slice(at, at + batch.num_rows)
            ids[part] = batch.column(0)
            keys[part] = [text_key(value) for value in texts]
            tokens[part] = [estimated_tokens(value) if value.strip() else 0 for value in texts]
            if label_column:
                labels = (None if value is None else str(value) for value in batch.column(2).to_pylist())
                codes[part] = [
                    -1 if is_missing(label) else numbers.setdefault(str(label), len(numbers)) for label in labels
                ]
            at += batch.num_rows
        return cls(
            table, text_column, label_column, others, options, ids, keys, tokens == 0, tokens, codes, list(numbers)
        )

    @cached_property
    def counts(self) -> "np.ndarray":
        """Rows of each label number."""
        import numpy as np

        return np.bincount(self.codes[self.codes >= 0], minlength=len(self.names))

    def texts(self, places: "np.ndarray") -> list[str]:
        """Return the texts at these places of the table, in the order given."""
        import pyarrow as pa

        column = self.table.dataset().with_format("arrow")[sorted(set(places.tolist()))] if len(places) else None
        if column is None:
            return []
        found = pa.chunked_array(column[self.text_column]).to_pylist()
        by_place = dict(zip(sorted(set(places.tolist())), found, strict=True))
        return [str(by_place[place] or "") for place in places.tolist()]

    def label(self, place: int) -> str | None:
        """Return the label of a row."""
        return self.names[self.codes[place]] if self.codes[place] >= 0 else None

    def finding(
        self, code: str, severity: Any, what: Any, advice: Any, places: "np.ndarray", **more: Any
    ) -> list[Finding]:
        """Return a finding about the rows at these places, or nothing when there are none."""
        if len(places) == 0:
            return []
        examples = more.pop("examples", None)
        if examples is None:
            first = places[:_EXAMPLES]
            examples = [
                {"row": int(self.ids[place]), "text": value[:200], "label": self.label(place)}
                for place, value in zip(first.tolist(), self.texts(first), strict=True)
            ]
        return [
            Finding(
                code=f"doctor.{code}",
                severity=severity,
                what=what,
                advice=advice,
                count=more.pop("count", len(places)),
                rows=self.ids[places[:SHOWN_ROWS]].tolist(),
                examples=examples,
                **more,
            )
        ]

    def dropping(self, code: str, places: "np.ndarray", title: Any) -> Fix:
        """Return the fix that drops the rows at these places."""
        return Fix(id=f"doctor.{code}", title=title, drop=self.ids[places].tolist())


def estimated_tokens(value: str) -> int:
    """Return about how many tokens an encoder makes of a text: one a Chinese character, 1.3 a word of other scripts."""
    if language_of(value) in {"zh", "ja", "ko", "mixed"}:
        return len(value)
    return int(1.3 * len(value.split())) + 1


def differing_labels(patient: Patient) -> list[Finding]:
    """Find labels that differ only by case, spaces or width."""
    counts = LabelCounts()
    for name, count in zip(patient.names, patient.counts.tolist() if patient.names else [], strict=True):
        counts.raw[name] = count
    groups = counts.spellings()
    if not groups:
        return []
    spelling = {label: group[0].strip() for group in groups for label in group}
    import numpy as np

    codes = [place for place, name in enumerate(patient.names) if name in spelling and name != spelling[name]]
    places = np.flatnonzero(np.isin(patient.codes, codes))
    shown = "; ".join(" / ".join(f"“{label}”" for label in group) for group in groups[:5])
    return patient.finding(
        "labels_differ",
        "error",
        text(
            f"{len(groups)} 组标签只差大小写、空格或全半角：{shown}",
            f"{len(groups)} groups of labels differ only by case, spaces or width: {shown}",
        ),
        text(
            "模型会把它们当成不同的类别。合并到最常见的写法即可。",
            "A model takes them for different classes. Merge each group into its commonest spelling.",
        ),
        places,
        fix=Fix(id="doctor.labels_differ", title=text("合并标签写法", "Merge spellings"), spelling=spelling),
        examples=[{"labels": {label: counts.raw[label] for label in group}} for group in groups[:20]],
    )


def missing_labels(patient: Patient) -> list[Finding]:
    """Find rows without a label."""
    import numpy as np

    places = np.flatnonzero(patient.codes < 0) if patient.label_column else np.zeros(0, int)
    return patient.finding(
        "missing_labels",
        "error",
        text(f"{len(places)} 行没有标签。", f"{len(places)} rows have no label."),
        text("补上标签（可以用标注页），或丢弃这些行。", "Label them (the labelling page helps), or drop them."),
        places,
        fix=patient.dropping("missing_labels", places, text("丢弃没有标签的行", "Drop rows without a label")),
    )


def empty_texts(patient: Patient) -> list[Finding]:
    """Find rows without text."""
    places = patient.empty.nonzero()[0]
    return patient.finding(
        "empty_texts",
        "warning",
        text(f"{len(places)} 行没有文本。", f"{len(places)} rows have no text."),
        text("它们教不会模型任何东西。", "Nothing can be learned from them."),
        places,
        fix=patient.dropping("empty_texts", places, text("丢弃空文本", "Drop empty texts")),
    )


def duplicates(patient: Patient) -> list[Finding]:
    """Find rows that repeat the text and label of an earlier one."""
    filled = (~patient.empty).nonzero()[0]
    places = filled[repeated(patient.keys[filled], patient.codes[filled])]
    return patient.finding(
        "duplicates",
        "warning",
        text(
            f"{len(places)} 行与前面的行文本和标签都相同。",
            f"{len(places)} rows repeat the text and label of an earlier row.",
        ),
        text(
            "重复的行若分到训练和测试两边，成绩会虚高；“划分数据”会避免这一点。",
            "Standing in both train and test they would flatter the figures; Split prevents that.",
        ),
        places,
        fix=patient.dropping("duplicates", places, text("只留第一行", "Keep only the first")),
    )


def contradictions(patient: Patient) -> list[Finding]:
    """Find texts that have several labels."""
    import numpy as np

    if patient.label_column is None:
        return []
    known = ((patient.codes >= 0) & ~patient.empty).nonzero()[0]
    keys, codes = patient.keys[known], patient.codes[known]
    groups = [group for group in groups_of(keys) if len(np.unique(codes[group])) > 1]
    places = known[np.concatenate(groups)] if groups else np.zeros(0, int)
    losing = known[contradictory(keys, codes, "majority")]
    examples = [
        {"text": patient.texts(known[group[:1]])[0][:200], "rows": patient.ids[known[group]].tolist()[:10]}
        | {"labels": dict(Counter(patient.names[code] for code in codes[group].tolist()))}
        for group in groups[:_EXAMPLES]
    ]
    return patient.finding(
        "contradictions",
        "warning",
        text(
            f"{len(groups)} 条文本有不止一个标签（{len(places)} 行）。",
            f"{len(groups)} texts have more than one label ({len(places)} rows).",
        ),
        text(
            "采用多数的标签，持平的丢弃；或在列表中逐条改正。",
            "Follow the majority and drop ties; or correct them one by one in the list.",
        ),
        places,
        fix=patient.dropping("contradictions", losing, text("采用多数", "Follow the majority")),
        examples=examples,
    )


def overlap(patient: Patient) -> list[Finding]:
    """Find rows whose text also stands in another part."""
    import numpy as np

    findings = []
    for name, other in patient.others.items():
        theirs: list[int] = []
        for batch in other.batches([patient.text_column]):
            theirs += [text_key(str(value or "")) for value in batch.column(0).to_pylist()]
        known = np.unique(np.array(theirs, np.uint64))
        places = (np.isin(patient.keys, known) & ~patient.empty).nonzero()[0]
        seen = int(np.isin(np.array(theirs, np.uint64), patient.keys[places]).sum())
        findings += patient.finding(
            f"overlap_{name}",
            "error",
            text(
                f"{name} 的 {len(theirs)} 条文本中有 {seen} 条也在这里（{len(places)} 行）。",
                f"{seen} of the {len(theirs)} texts of {name} also stand here ({len(places)} rows).",
            ),
            text(
                "模型见过它们，成绩会虚高。从训练数据中去掉。",
                "The model has seen them, so the figures would be too good. Drop them from the training rows.",
            ),
            places,
            count=seen,
            fix=patient.dropping(f"overlap_{name}", places, text("从训练数据中去掉", "Drop them here")),
        )
    return findings


def thin_classes(patient: Patient) -> list[Finding]:
    """Find classes with too few rows."""
    import numpy as np

    fewest = patient.options.fewest_rows
    sizes: Counter[str] = Counter()  # spellings of one label count together
    for name, rows in zip(patient.names, patient.counts.tolist() if patient.names else [], strict=True):
        sizes[label_key(name)] += rows
    thin = np.array([code for code, name in enumerate(patient.names) if sizes[label_key(name)] < fewest], int)
    ordered = thin[np.argsort(patient.counts[thin])] if len(thin) else thin
    shown = ", ".join(f"{patient.names[code]} ({patient.counts[code]})" for code in ordered[:10].tolist())
    return patient.finding(
        "thin_classes",
        "warning",
        text(
            f"{len(thin)} 个类别不足 {fewest} 行：{shown}",
            f"{len(thin)} classes have fewer than {fewest} rows: {shown}",
        ),
        text(
            "补充数据，与相近的类别合并，或试试小样本模板。",
            "Collect more, merge them with a neighbouring class, or try the few-shot template.",
        ),
        np.flatnonzero(np.isin(patient.codes, thin)) if len(thin) else thin,
        count=len(thin),
        examples=[{"label": patient.names[code], "rows": int(patient.counts[code])} for code in ordered[:20].tolist()],
    )


def long_texts(patient: Patient) -> list[Finding]:
    """Find texts longer than the encoder reads."""
    limit = patient.options.max_tokens
    places = (patient.tokens > limit).nonzero()[0]
    share = len(places) / max(1, len(patient.tokens))
    return patient.finding(
        "long_texts",
        "warning" if share > 0.05 else "info",
        text(
            f"约 {len(places)} 行（{share:.1%}）超过 {limit} 个词元。",
            f"About {len(places)} rows ({share:.1%}) exceed {limit} tokens.",
        ),
        text(
            "超出的部分会被截掉。可以调大最大长度，或把长文本拆开。",
            "What lies beyond is cut off. Raise the maximum length, or split long texts.",
        ),
        places,
    )


def label_in_text(patient: Patient) -> list[Finding]:
    """Find classes whose name stands in most of their texts and in few others: the answer given away."""
    import numpy as np

    names = {code: label_key(name) for code, name in enumerate(patient.names) if len(label_key(name)) >= 2}
    if not 2 <= len(patient.names) <= 200 or not names:
        return []
    sample = _sample(patient, 20_000)
    texts = [plain_text(value) for value in patient.texts(sample)]
    codes = patient.codes[sample]
    found = np.array([[name in value for name in names.values()] for value in texts], bool).reshape(len(texts), -1)
    leaking, places = [], []
    for column, code in enumerate(names):
        own = codes == code
        inside = found[own, column].mean() if own.sum() >= 5 else 0.0
        outside = found[~own, column].mean() if (~own).any() else 0.0
        if inside >= 0.5 and outside <= 0.1 * inside:
            leaking.append((patient.names[code], float(inside)))
            places.append(sample[own & found[:, column]])
    shown = ", ".join(f"{name} ({share:.0%})" for name, share in leaking[:10])
    return patient.finding(
        "label_in_text",
        "warning",
        text(f"有些类别的名字就写在文本里：{shown}", f"The names of some classes stand in their texts: {shown}"),
        text(
            "如果将来的文本里没有，模型就只学会了抄答案。请检查文本是怎么来的。",
            "If future texts lack them, the model has only learned to copy. Check how the texts were made.",
        ),
        np.concatenate(places) if places else np.zeros(0, int),
    )


def _sample(patient: Patient, most: int) -> "np.ndarray":
    """Return places of at most so many labelled rows with text, in order, the same for the same seed."""
    import numpy as np

    places = ((patient.codes >= 0) & ~patient.empty).nonzero()[0] if patient.names else (~patient.empty).nonzero()[0]
    if len(places) <= most:
        return places
    return np.sort(np.random.default_rng(patient.options.seed).choice(places, most, replace=False))


def near_duplicates(patient: Patient) -> list[Finding]:
    """Find texts that are nearly the same."""
    import numpy as np

    from inkstone.components.data.near_duplicates import near_groups

    sample = _sample(patient, patient.options.near_rows)
    _, first = np.unique(patient.keys[sample], return_index=True)
    distinct = sample[np.sort(first)]
    texts = patient.texts(distinct)
    groups = near_groups(texts, patient.options.near_similarity)
    later = np.array(sorted(distinct[place] for group in groups for place in group[1:]), int)
    # A cluster may hold several labels: only rows that agree with the first may go unseen.
    safe = [
        distinct[place]
        for group in groups
        for place in group[1:]
        if patient.codes[distinct[place]] == patient.codes[distinct[group[0]]]
    ]
    examples = [
        {"texts": [texts[place][:200] for place in group[:3]], "rows": patient.ids[distinct[group[:3]]].tolist()}
        | {"labels": [patient.label(int(distinct[place])) for place in group[:3]]}
        for group in groups[:_EXAMPLES]
    ]
    of = "" if len(sample) < patient.options.near_rows else f" / {len(sample)}"
    return patient.finding(
        "near_duplicates",
        "info" if len(later) < 0.01 * len(sample) else "warning",
        text(
            f"{len(later)}{of} 行与别的行几乎相同（{len(groups)} 组）。",
            f"{len(later)}{of} rows are nearly the same as another ({len(groups)} groups).",
        ),
        text(
            "模板生成的文本会让成绩虚高；同组只留一条更稳妥。",
            "Texts made from one template flatter the figures; keeping one of each group is safer.",
        ),
        later,
        fix=patient.dropping(
            "near_duplicates", np.array(sorted(safe), int), text("每组只留一条", "Keep one of each group")
        ),
        examples=examples,
    )


def mislabelled(patient: Patient) -> list[Finding]:
    """Find rows whose label a model trained on the others does not believe."""
    import numpy as np

    from inkstone.components.data.mislabelled import suspicious

    if not 2 <= len(patient.names) <= 200:
        return []
    sample = _sample(patient, patient.options.mislabelled_rows)
    enough = np.isin(patient.codes[sample], np.flatnonzero(patient.counts >= 5))
    sample = sample[enough]
    if len(sample) < 50 or len(np.unique(patient.codes[sample])) < 2:
        return []
    texts = patient.texts(sample)
    found = suspicious(texts, patient.codes[sample], patient.keys[sample], seed=patient.options.seed)
    places = np.array([sample[item.place] for item in found], int)
    examples = [
        {
            "row": int(patient.ids[sample[item.place]]),
            "text": texts[item.place][:200],
            "label": patient.label(int(sample[item.place])),
            "suggestion": patient.names[item.suggestion],
            "confidence": round(item.confidence, 3),
        }
        for item in found[:SHOWN_ROWS]
    ]
    return patient.finding(
        "mislabelled",
        "warning",
        text(f"{len(places)} 行的标签可能有误。", f"{len(places)} rows may carry the wrong label."),
        text(
            "在列表中逐条确认；模型也会错，所以不自动修改。",
            "Confirm them one by one; a model errs too, so nothing is changed by itself.",
        ),
        places,
        examples=examples,
    )


CHECKS: list[Callable[[Patient], list[Finding]]] = [
    differing_labels,
    missing_labels,
    empty_texts,
    duplicates,
    contradictions,
    overlap,
    thin_classes,
    long_texts,
    label_in_text,
    near_duplicates,
    mislabelled,
]
