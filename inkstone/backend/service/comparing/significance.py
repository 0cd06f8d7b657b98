"""Whether runs differ by more than chance, on the same test rows."""

from collections.abc import Sequence

from inkstone.backend.service.actor import Actor
from inkstone.backend.service.comparing.rows import DifferentRows, Judged, same_rows
from inkstone.backend.service.comparing.subjects import Compared, find_subjects
from inkstone.backend.service.comparing.views import Interval, Significance, Verdict
from inkstone.backend.service.run_errors import BAD_FIGURE
from inkstone.backend.store.database import session
from inkstone.components.nlp.significance import FIGURES, Difference, holm, mcnemar, paired_bootstrap
from inkstone.components.texts import Text, text

LEVEL = 0.95
RESAMPLES = 5000


def significance(
    actor: Actor, references: Sequence[str], figure: str = "macro_f1", *, resamples: int = RESAMPLES, seed: int = 0
) -> Significance:
    """Return each subject against the first one.

    Args:
        actor: Who asks.
        references: ``RUN`` or ``RUN:NODE``; the first is the baseline.
        figure: The figure that decides: ``macro_f1``, ``accuracy``, ``weighted_f1`` or ``f1/CLASS``.
        resamples: Draws of the bootstrap, 100 to 50,000.
        seed: Of the draws.

    Raises:
        InkstoneError: ``compare.bad_figure``, ``runs.unknown`` and the like.
    """
    draws = max(100, min(50_000, resamples))
    try:
        same = same_rows(actor, references)
    except DifferentRows as different:
        with session() as db:
            baseline = find_subjects(db, references)[0].view.key
        return Significance(
            baseline=baseline, figure=figure, rows=0, resamples=draws, verdicts=[], refused=different.reason
        )
    first = same.judged[0]
    found = [
        paired_bootstrap(first.labels, item.predicted, first.predicted, resamples=draws, level=LEVEL, seed=seed)
        for item in same.judged[1:]
    ]
    known = set().union(*found) if found else set()
    if found and figure not in known:
        raise BAD_FIGURE(at="figure", figure=figure, figures=", ".join(FIGURES))
    absent = Difference(0.0, 0.0, 0.0, 1.0)  # a class that neither of the two has met
    adjusted = holm([item.get(figure, absent).p for item in found])
    verdicts = [
        _verdict(same.compared[0], item, (first, rows), differences, (figure, p))
        for item, rows, differences, p in zip(same.compared[1:], same.judged[1:], found, adjusted, strict=True)
    ]
    baseline = same.compared[0].view.key
    return Significance(baseline=baseline, figure=figure, rows=len(first.keys), resamples=draws, verdicts=verdicts)


def _verdict(
    baseline: Compared,
    subject: Compared,
    judged: tuple[Judged, Judged],
    differences: dict[str, Difference],
    decides: tuple[str, float],
) -> Verdict:
    first, other = judged
    figure, p = decides
    rows = list(zip(first.labels, first.predicted, other.predicted, strict=True))
    only_subject = sum(theirs == label != mine for label, mine, theirs in rows)
    only_baseline = sum(mine == label != theirs for label, mine, theirs in rows)
    test = mcnemar(only_subject, only_baseline)
    decisive = differences.get(figure, Difference(0.0, 0.0, 0.0, 1.0))
    beyond = p < 1 - LEVEL and (decisive.low > 0 or decisive.high < 0)
    kind = ("better" if decisive.value > 0 else "worse") if beyond else "noise"
    return Verdict(
        key=subject.view.key,
        verdict=kind,
        words=_words(kind, (baseline.view.name, subject.view.name), figure, decisive, p),
        p=p,
        differences={name: Interval(**vars(item)) for name, item in differences.items()},
        only_subject=only_subject,
        only_baseline=only_baseline,
        mcnemar_exact=test.exact,
        mcnemar_mid=test.mid,
    )


def _words(kind: str, names: tuple[str, str], figure: str, found: Difference, p: float) -> Text:
    return _WORDS[kind].format(
        subject=names[1],
        baseline=names[0],
        figure=figure,
        points=f"{abs(found.value) * 100:.1f}",
        low=f"{found.low * 100:+.1f}",
        high=f"{found.high * 100:+.1f}",
        p=f"{p:.4f}" if p >= 0.0005 else f"{p:.1e}",
    )


_WORDS = {
    "better": text(
        "“{subject}”比“{baseline}”好：{figure} 高 {points} 个百分点（95% 区间 {low} 到 {high}，p = {p}），超出了偶然。",
        "'{subject}' is better than '{baseline}': {figure} is {points} points higher (95% interval {low} to {high}, p = {p}), beyond chance.",
    ),
    "worse": text(
        "“{subject}”比“{baseline}”差：{figure} 低 {points} 个百分点（95% 区间 {low} 到 {high}，p = {p}），超出了偶然。",
        "'{subject}' is worse than '{baseline}': {figure} is {points} points lower (95% interval {low} to {high}, p = {p}), beyond chance.",
    ),
    "noise": text(
        "“{subject}”与“{baseline}”相差 {points} 个百分点（{figure}，95% 区间 {low} 到 {high}，p = {p}），仍在偶然范围内：这些测试行不足以分出高下。",
        "'{subject}' and '{baseline}' differ by {points} points ({figure}, 95% interval {low} to {high}, p = {p}): within chance, these test rows cannot tell which is better.",
    ),
}
