"""Follow-up of a round: letters sent and returned, answers by channel and day, people without an answer."""

import datetime
from collections import Counter
from dataclasses import dataclass
from itertools import accumulate

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet, Value
from django.db.models.functions import Coalesce, Greatest
from django.utils.functional import cached_property
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.actors import Actor
from allocation.facts.rounds import Answer, answers
from choices.models import Choice, ChoiceRound, Person
from choices.selectors import visible_persons
from common import clock
from common.charts import Axis, Bar, Series, Size, both_sizes, column_chart, line_chart
from letters.models import Letter, LetterKind, ReturnedLetter
from letters.services.invite import people_of


@dataclass(frozen=True)
class Letters:
    """Own letters, not copies. ``sent``: posted, or delivered to a digital mailbox."""

    kind: str
    written: int
    sent: int
    held: int
    returned: int


@dataclass(frozen=True)
class Day:
    """``sent``: letters of each kind (``FollowUp.kinds``) posted that day."""

    day: datetime.date
    by_channel: list[int]
    sent: list[int]

    @property
    def answers(self) -> int:
        return sum(self.by_channel)


@dataclass(frozen=True)
class FollowUp:
    """Everybody in the round, counted once by the answer in force. With an answer: ``chose`` and ``declined``; without
    (``left``): ``earlier`` have a choice from another time.
    """

    people: int
    chose: int
    declined: int
    earlier: int
    letters: list[Letters]
    channels: list[str]
    kinds: list[str]
    days: list[Day]

    @property
    def answered(self) -> int:
        return self.chose + self.declined

    @property
    def left(self) -> int:
        return self.people - self.answered

    @property
    def by_channel(self) -> list[tuple[str, int]]:
        return [(name, sum(day.by_channel[n] for day in self.days)) for n, name in enumerate(self.channels)]

    @property
    def with_news(self) -> list[Day]:
        return [day for day in self.days if day.answers or any(day.sent)]

    @property
    def description(self) -> str:
        words = ngettext(
            "%(count)d person har svarat. Tabellen visar samma siffror.",
            "%(count)d personer har svarat. Tabellen visar samma siffror.",
            self.answered,
        )
        return words % {"count": self.answered}

    @cached_property
    def chart(self) -> SafeString:
        bars = [Bar(f"{day.day.day}/{day.day.month}", day.by_channel) for day in self.days]

        def drawn(id_: str, size: Size) -> SafeString:
            return column_chart(
                id_=id_,
                title=_("Svar per dag"),
                description=self.description,
                names=self.channels,
                bars=bars,
                size=size,
            )

        return both_sizes(drawn, "svar")

    @cached_property
    def running_chart(self) -> SafeString:
        """Letters posted and answers received until each day."""
        sent = [(kind, [day.sent[number] for day in self.days]) for number, kind in enumerate(self.kinds)]
        lines = [*sent, (_("Svar"), [day.answers for day in self.days])]

        def drawn(id_: str, size: Size) -> SafeString:
            return line_chart(
                id_=id_,
                title=_("Brev och svar hittills"),
                description=self.description,
                days=[day.day for day in self.days],
                lines=[Series(name, list(accumulate(numbers))) for name, numbers in lines],
                axis=Axis(),
                size=size,
            )

        return both_sizes(drawn, "hittills")


def follow_up(*, round: ChoiceRound) -> FollowUp:
    """Figures only, no person."""
    people: Counter[Answer] = Counter()
    came: Counter[tuple[datetime.date | None, str | None]] = Counter()
    for each in answers(round):
        people[each.answer] += each.persons
        came[each.received_on, each.channel] += each.persons
    used = [channel for channel in Choice.Channel if any(channel == each for _day, each in came)]
    last = min(max(clock.today(), round.opens_on), round.closes_on)
    days = [round.opens_on + datetime.timedelta(days=n) for n in range((last - round.opens_on).days + 1)]
    posted = _posted(round, first=round.opens_on, last=last)
    kinds = [kind for kind in LetterKind if any(kind == each for _day, each in posted)]
    return FollowUp(
        people=people.total(),
        chose=people[Answer.CHOSE],
        declined=people[Answer.DECLINED],
        earlier=people[Answer.EARLIER],
        letters=_letters(round),
        channels=[str(channel.label) for channel in used],
        kinds=[str(kind.label) for kind in kinds],
        days=[
            Day(day, [came[day, channel] for channel in used], [posted[day, kind] for kind in kinds]) for day in days
        ],
    )


def _posted(round: ChoiceRound, *, first: datetime.date, last: datetime.date) -> Counter[tuple[datetime.date, str]]:
    """Day and kind → own letters posted. Those posted before the round opens are counted on its first day."""
    day = Greatest(Coalesce("posted_on", "batch__posted_on"), Value(first))
    rows = (
        Letter.objects.filter(round=round, holder__isnull=True, corrected_by__isnull=True)
        .annotate(day=day)
        .filter(Q(posted_on__isnull=False) | Q(batch__posted_on__isnull=False), day__lte=last)
        .order_by()
        .values_list("day", "kind")
        .annotate(letters=Count("pk"))
    )
    return Counter({(day, kind): letters for day, kind, letters in rows})


def _letters(round: ChoiceRound) -> list[Letters]:
    sent = Q(batch__posted_on__isnull=False) | Q(posted_on__isnull=False) | ~Q(delivery="")
    returned = Exists(ReturnedLetter.objects.filter(letter=OuterRef("pk")))
    rows = (
        Letter.objects.filter(round=round, holder__isnull=True, corrected_by__isnull=True)
        .order_by("kind")
        .values("kind")
        .annotate(
            written=Count("id"),
            sent=Count("id", filter=sent),
            held=Count("id", filter=Q(route=Letter.Route.HOLD)),
            came_back=Count("id", filter=returned),
        )
        .values_list("kind", "written", "sent", "held", "came_back")
    )
    return [Letters(str(LetterKind(kind).label), *counts) for kind, *counts in rows]


def without_answer(*, round: ChoiceRound, actor: Actor) -> QuerySet[Person]:
    """People without an answer whom the actor may see. Each carries ``round_letters``."""
    letters = Letter.objects.filter(round=round, holder__isnull=True).defer("facts").order_by("created_at")
    back = letters.annotate(came_back=Exists(ReturnedLetter.objects.filter(letter=OuterRef("pk"))))
    return (
        visible_persons(actor=actor)
        .filter(pk__in=people_of(round, LetterKind.REMINDER).values("pk"))
        .select_related("area")
        .prefetch_related(Prefetch("letters", back, to_attr="round_letters"))
    )
