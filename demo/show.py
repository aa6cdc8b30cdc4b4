"""The demo, from nothing to a finished round. Steps are idempotent: each does only what is missing."""

from django.conf import settings
from django.core.management import call_command
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from accounts.roles import ROLE_NAMES
from administration.main_job import RoundResult, run_round
from administration.main_job_tables import print_summary
from choices import imports
from choices.models import ImportFile
from demo import municipality, stories, wishes
from demo.followup import follow_up
from demo.generator import Town, make_town, write_files
from demo.nights import do_the_night, post_letters
from demo.payment import set_up_payment
from handover.derive import keep_orders
from letters.models import PrintBatch
from letters.selectors import print_batch_path
from providers.models import Municipality

STEPS = {
    "propose": "Räknar och granskar fördelningen",
    "approve": "Godkänner",
    "apply": "Skriver placeringar",
    "letters": "Skriver brev",
    "print": "Sätter ihop utskriften",
}


class AnotherDemo(RuntimeError):
    """The database holds a demo of another size or seed, or real data."""


def finished() -> RoundResult | None:
    """Result of a demo that has run to its end."""
    batch = (
        PrintBatch.objects.filter(run__round__code=wishes.ROUND, run__isnull=False).select_related("run__round").first()
    )
    return RoundResult(run=batch.run, batch=batch) if batch and batch.run else None


def migrate(console: Console) -> None:
    with console.status("Förbereder databasen"):
        call_command("migrate", verbosity=0, interactive=False, skip_checks=True)


def build(*, people: int, seed: int, console: Console) -> None:
    """Create the municipality and its files."""
    with console.status(f"Hittar på {people} personer"):
        town = make_town(people=people, seed=seed)
        paths = write_files(town, municipality.folder(people, seed))
    _set_up(town)
    with _progress(console) as progress:
        bar = progress.add_task("", total=len(paths))
        for kind, path in paths.items():
            progress.update(bar, description=f"Läser in {ImportFile.Kind(kind).label.lower()}")
            table = imports.read(kind, path)
            imports.apply(kind=kind, table=table, actor=municipality.actor("admin"))
            progress.advance(bar)
    follow_up(seed=seed)
    stories.add_daughter(seed=seed)


def go_on(console: Console) -> None:
    """Events after the round, once: its letters are posted, a place is offered, the night of the day is done, and a new
    round opens in one area.
    """
    if stories.are_told():
        return
    with console.status("Postar breven") as status:
        post_letters()
        status.update("Erbjuder en plats")
        stories.make_offer()
        status.update("Gör natten")
        do_the_night(approve=True)
        status.update("Postar breven")
        post_letters()
        stories.open_round()


def add_payment(console: Console) -> None:
    """A sealed month of payment and a draft."""
    with console.status("Räknar ersättningen"):
        set_up_payment()


def check_same(*, people: int, seed: int) -> None:
    """Raise ``AnotherDemo`` if the imported files are not of this size and seed."""
    taken_in = ImportFile.objects.filter(kind="persons").order_by("id").first()
    if taken_in is None:
        return
    path = municipality.folder(people, seed) / "personer.csv"
    if not path.exists():
        write_files(make_town(people=people, seed=seed), path.parent)
    if imports.read("persons", path).sha256 != taken_in.sha256:
        raise AnotherDemo(f"I databasen finns redan en annan demokommun, med {taken_in.rows} personer.")


def run(console: Console) -> RoundResult:
    """Run the round, from proposal to print file. A worker must be running."""
    with _progress(console) as progress:
        bar = progress.add_task("", total=None)
        result = run_round(
            round=municipality.the_round(),
            proposer=municipality.actor("admin"),
            approver=municipality.actor("ansvarig"),
            with_worker=True,
            on_step=lambda step: progress.update(bar, description=STEPS[step]),
            on_letters=lambda done, total: progress.update(bar, completed=done, total=total),
        )
        # The scheduler runs this every ten minutes.
        keep_orders()
        return result


def tell_result(result: RoundResult, console: Console) -> None:
    print_summary(result=result, console=console)
    for name, what in (("letters-001.pdf", "Utskriftsfil"), ("manifest.csv", "Manifest")):
        console.print(f"{what}: {print_batch_path(result.batch, name)}", soft_wrap=True)


def tell_sign_ins(port: int, console: Console) -> None:
    grid = Table(title=f"Lösenord för alla: {municipality.PASSWORD}", title_justify="left")
    for column in ("Användare", "Namn", "Roll"):
        grid.add_column(column)
    for username, (role, first_name, last_name) in municipality.STAFF.items():
        grid.add_row(username, f"{first_name} {last_name}", str(ROLE_NAMES[role]))
    for username, (provider, roles, first_name, last_name) in municipality.AT_PROVIDERS.items():
        what = ", ".join(str(ROLE_NAMES[role]) for role in roles)
        grid.add_row(username, f"{first_name} {last_name}", f"{what} ({provider})")
    console.print(grid)
    console.print(f"För medborgare: http://127.0.0.1:{port}/")
    console.print(f"Var en av dem: http://127.0.0.1:{port}/demo/")
    console.print(f"För handläggare: http://127.0.0.1:{port}/handlaggare/")
    console.print(f"För utförare: http://127.0.0.1:{port}/for-utforare/")
    console.print("Avsluta med Ctrl-C.")


def _set_up(town: Town) -> None:
    if municipality.is_set_up():
        return
    if Municipality.objects.exists():
        raise AnotherDemo("I databasen finns redan en kommun som inte är demokommunen.")
    if settings.CLOCK_FILE:
        # Of an earlier demo.
        settings.CLOCK_FILE.unlink(missing_ok=True)
    municipality.set_up(minutes_by_area=town.minutes_by_area())


def _progress(console: Console) -> Progress:
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description:<34}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    return Progress(*columns, console=console)
