"""TIGHTEN over a `Town`, word by word."""

from __future__ import annotations

from .reference import Load, Order, Town


class Tighten:
    def __init__(self, town: Town, units: list[str], share: bool, barred: dict[str, str] | None = None) -> None:
        self.town, self.units, self.share = town, units, town.share if share else None
        self.wishes = {unit: town.wishes_now(unit) for unit in units}
        self.refused = dict.fromkeys(units, 0)
        self.barred = {p: town.keys[unit, p] for p, unit in (barred or {}).items()}
        self.k: Order | None = None
        self.k_res: Order | None = None
        self.spent: set[str] = set()
        self.before = {p: town.load(p)[0] for p in town.everywhere()}
        self.committed_before = town.committed()

    def asks(self, unit: str) -> str | None:
        wishes, refused = self.wishes[unit], self.refused[unit]
        return wishes[refused] if refused < len(wishes) else None

    def asked(self, unit: str, provider: str) -> bool:
        """Ever, also by falling back on what it has."""
        wishes, refused = self.wishes[unit], self.refused[unit]
        return provider in wishes[: refused + 1] or (refused == len(wishes) and unit not in self.town.leaving)

    def class_0(self, provider: str) -> Load:
        """Reserved, who is there and asks for nothing, and who is there and has asked to be."""
        minutes, persons = self.town.load(provider)
        for unit in self.units:
            if not self.asked(unit, provider):
                part = self.town.part(unit, provider)
                minutes, persons = minutes - part[0], persons - part[1]
        return minutes, persons

    def takes_new(self, unit: str) -> bool:
        return self.town.new(unit) > 0

    def neutral(self, unit: str, to: str) -> bool:
        left = [(p, self.town.part(unit, p)[0]) for p in self.town.has(unit) if p != to]
        return not self.takes_new(unit) and all(
            minutes == 0 or (self.before[p] - minutes >= self.town.guarantee(p) and p not in self.spent)
            for p, minutes in left
        )

    def line(self, provider: str) -> list[tuple[str, Load, Load]]:
        """In key order: the unit, the running sum before it and with it."""
        town, y, rows = self.town, self.class_0(provider), []
        for unit in town.in_order((u for u in self.units if self.asks(u) == provider), provider):
            more = town.gain(unit, provider)
            before, y = y, (y[0] + more[0], y[1] + more[1])
            rows.append((unit, before, y))
        return rows

    def accepts(self, unit: str, provider: str, before: Load, y: Load) -> bool:
        town, contract = self.town, self.town.contracts[provider]
        more = (y[0] - before[0], y[1] - before[1])
        barrier = self.barred.get(provider)
        if not contract.intake or (barrier is not None and town.keys[unit, provider] >= barrier):
            return False
        if not town.within_ceiling(contract, before, more):
            return False
        if self.share is None:
            return True
        d = town.order(unit)
        if self.takes_new(unit) and self.k_res is not None and d >= self.k_res:
            return False
        return self.neutral(unit, provider) or y[0] <= contract.guaranteed_minutes or self.k is None or d < self.k

    def refuse(self) -> bool:
        """Somebody who fails, and with that everybody behind."""
        for provider in self.town.contracts:
            for unit, before, y in self.line(provider):
                if not self.accepts(unit, provider, before, y):
                    key = self.town.keys[unit, provider]
                    self.barred[provider] = min(key, self.barred.get(provider, key))
                    self.refused[unit] += 1
                    return True
        return False

    def run(self) -> dict[str, str]:
        while self.refuse() or self.close():
            pass
        return {unit: provider for unit in self.units if (provider := self.asks(unit)) is not None}

    def close(self) -> bool:
        if self.share is None:
            return False
        lines = {p: self.line(p) for p in self.town.contracts}
        external, committed = self.if_done()
        if committed > self.share and (above := self.above(lines)):
            self.k = max(above)
            return True
        new = [self.town.order(u) for rows in lines.values() for u, _, _ in rows if self.takes_new(u)]
        if external > self.share and new:
            self.k_res = max(new)
            return True
        if committed > max(self.share, self.committed_before):
            self.spent |= {p for p in self.town.contracts if self.remaining(p) < self.town.guarantee(p)}
            if above := self.above(lines):
                self.k = max(above)  # set anew: it may lie later than before
                return True
        return False

    def remaining(self, provider: str) -> int:
        """Minutes of those who are there and neither go elsewhere nor hope to."""
        goes = [u for u in self.units if self.asks(u) not in (None, provider) or u in self.town.leaving]
        away = sum(self.town.part(u, provider)[0] for u in goes if self.asked(u, provider))
        return self.class_0(provider)[0] - away

    def if_done(self) -> tuple[int, int]:
        """X and L, if all now got what they ask for."""
        town, places = self.town, dict(self.town.at)
        for unit in self.units:
            provider = self.asks(unit) or (town.municipal if unit in town.leaving else None)
            if provider is not None:
                town.at[unit] = [provider] * town.size(unit)
        loads = town.external(), town.committed()
        town.at = places
        return loads

    def above(self, lines: dict[str, list[tuple[str, Load, Load]]]) -> list[Order]:
        return [
            self.town.order(unit)
            for provider, rows in lines.items()
            for unit, _, y in rows
            if y[0] > self.town.guarantee(provider) and not self.neutral(unit, provider)
        ]


def tighten(town: Town) -> bool:
    units = [unit for unit in town.units if town.wishes_now(unit) or unit in town.leaving]
    step = Tighten(town, units, share=True)
    holds = step.run()
    leaving = [unit for unit in units if unit not in holds and unit in town.leaving]
    for unit, provider in holds.items():
        town.give(unit, provider)
    for unit in leaving:
        town.leave(unit)
    return bool(holds or leaving)
