"""The checks of the data doctor."""

from collections import Counter
from collections.abc import Callable

from inkstone.components.data.deeper_checks import label_in_text, mislabelled, near_duplicates
from inkstone.components.data.doctor import Finding, Fix
from inkstone.components.data.labels import LabelCounts, label_key
from inkstone.components.data.patient import EXAMPLES, Patient
from inkstone.components.data.same_texts import contradictory, groups_of, repeated
from inkstone.components.data.text_keys import text_key
from inkstone.components.texts import text


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
        for group in groups[:EXAMPLES]
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
        for batch in other.batches([patient.other_texts.get(name, patient.text_column)]):
            theirs += [text_key(str(value or "")) for value in batch.column(0).to_pylist()]
        known = np.unique(np.array(theirs, np.uint64))
        places = (np.isin(patient.keys, known) & ~patient.empty).nonzero()[0]
        seen = int(np.isin(np.array(theirs, np.uint64), patient.keys[places]).sum())
        distinct = len(np.unique(patient.keys[places]))
        findings += patient.finding(
            f"overlap_{name}",
            "error",
            text(
                f"{name} 的 {len(theirs)} 条文本中有 {seen} 条也在这里（{len(places)} 行，去重后 {distinct} 条）。",
                f"{seen} of the {len(theirs)} texts of {name} also stand here ({len(places)} rows, {distinct} different).",
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
