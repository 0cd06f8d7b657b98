"""The checks of the data doctor that compare texts with one another or with what a model thinks of them."""

from inkstone.components.data.doctor import SHOWN_ROWS, Finding
from inkstone.components.data.labels import label_key
from inkstone.components.data.patient import EXAMPLES, Patient
from inkstone.components.data.text_keys import plain_text
from inkstone.components.texts import text


def label_in_text(patient: Patient) -> list[Finding]:
    """Find classes whose name stands in most of their texts and in few others: the answer given away."""
    import numpy as np

    names = {code: label_key(name) for code, name in enumerate(patient.names) if len(label_key(name)) >= 2}
    if not 2 <= len(patient.names) <= 200 or not names:
        return []
    sample = patient.sample(20_000)
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


def near_duplicates(patient: Patient) -> list[Finding]:
    """Find texts that are nearly the same."""
    import numpy as np

    from inkstone.components.data.near_duplicates import near_groups

    sample = patient.sample(patient.options.near_rows)
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
        for group in groups[:EXAMPLES]
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
    sample = patient.sample(patient.options.mislabelled_rows)
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
