"""Pages of a choice: their order, and which are answered."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from choices.mandates import check_faults, checks_for
from citizens.choosing.models import Draft
from citizens.choosing.situation import Situation

WHO, WANT, RANK, QUEUE, INTERIM, TOGETHER, LANGUAGE = (
    "vem", "vill-du", "ordning", "ko", "tillfallig", "tillsammans", "sprak",
)  # fmt: skip


@dataclass(frozen=True)
class Path:
    """``steps``: pages that apply to this person, given the answers so far."""

    situation: Situation
    draft: Draft

    @property
    def steps(self) -> list[str]:
        return list(self._known())

    def has(self, step: str) -> bool:
        """Whether the page applies. The answers that only later pages depend on are not read."""
        return step in self._known()

    def _known(self) -> Iterator[str]:
        return self._steps(chooses=self.draft.declines_to_choose is False, queues=bool(self.draft.queue_if_full))

    @property
    def count(self) -> int:
        """Number of pages, as far as it is known: questions not yet answered count with their follow-up questions."""
        draft = self.draft
        return len([*self._steps(chooses=not draft.declines_to_choose, queues=draft.queue_if_full is not False)])

    def _steps(self, *, chooses: bool, queues: bool) -> Iterator[str]:
        mandate, draft = self.situation.mandate, self.draft
        if mandate and checks_for(mandate):
            yield WHO
        yield WANT
        if not chooses:
            return
        yield RANK
        first = self.situation.offered.get(draft.ranking[0]) if draft.ranking else None
        # A first wish that is always met leaves nothing to queue for.
        if first is None or not first.always_fits:
            yield QUEUE
            if queues:
                yield INTERIM
        if self.situation.lives_with_somebody:
            yield TOGETHER
        if self.situation.languages:
            yield LANGUAGE

    def missing(self) -> str | None:
        """First unanswered page. None: all are answered, and it can be sent."""
        return next((step for step in self._known() if not self._is_answered(step)), None)

    def after(self, step: str) -> str | None:
        """Next page. None: it is the last."""
        steps = self._known()
        # A page that no longer applies has none after it.
        return next(steps, None) if step in steps else None

    def before(self, step: str) -> str | None:
        return next((one for one, following in pairwise(self._known()) if following == step), None)

    @property
    def gone(self) -> list[str]:
        """Codes of wished providers that can no longer be chosen."""
        return [code for code in self.draft.ranking if code not in self.situation.offered]

    def _is_answered(self, step: str) -> bool:
        draft = self.draft
        if step == WHO:
            return not check_faults(mandate=self.situation.mandate, assured=draft.assured)
        if step == RANK:
            return bool(draft.ranking) and not self.gone
        answers = {
            WANT: draft.declines_to_choose,
            QUEUE: draft.queue_if_full,
            INTERIM: draft.accepts_interim,
            TOGETHER: draft.together,
            LANGUAGE: draft.language_wish,
        }
        return answers[step] is not None
