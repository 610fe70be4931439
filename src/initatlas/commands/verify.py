"""Is a finished study what its manifest says? All files compared, some blocks computed again.

The crate, by which the study is archived, must say the same of every file, and of its sources.
"""

import random
import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path
from tempfile import TemporaryDirectory

from initatlas import sources, verification
from initatlas.commands.where import add_study
from initatlas.plan import Plan
from initatlas.study import StudyError, load_yaml


def add_arguments(parser: ArgumentParser) -> None:
    """The study, how many blocks, and which."""
    add_study(parser)
    parser.add_argument("--sample", type=int, default=4, help="blocks to compute again")
    parser.add_argument("--seed", type=int, help="of their choice, which else is chance")


def run(arguments: Namespace) -> int:
    """Status 1 if a file is not what the manifest says, or a block comes out otherwise."""
    try:
        plan = Plan.of(load_yaml(arguments.study))
        manifest = verification.read_manifest(Path(plan.path("manifest.json")))
    except (StudyError, verification.VerificationError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    wrong = verification.altered(manifest["outputs"])
    sound = len(manifest["outputs"]) - len(wrong)
    sys.stdout.write(f"{sound} of {len(manifest['outputs'])} files are those of the manifest\n")
    wrong += (crate := verification.misdescribed(Path(plan.results), manifest["outputs"]))
    says = f"differs in {len(crate)} places" if crate else "agrees"
    sys.stdout.write(f"{sources.METADATA} {says}\n")
    blocks = [output for output in plan.outputs() if output.rule in verification.STAGE_OF]
    chosen = random.Random(arguments.seed).sample(blocks, min(arguments.sample, len(blocks)))
    ours = verification.made_here(manifest["outputs"])
    with TemporaryDirectory(prefix="initatlas-verify-") as folder:
        for output in chosen:
            dataset = plan.seen_by(verification.STAGE_OF[output.rule])
            complaint = verification.recompute(output, dataset, folder, output.path in ours)
            agrees = "agrees" if output.path in ours else "agrees within tolerance"
            sys.stdout.write(f"{'differs' if complaint else agrees}: {output.path}\n")
            wrong += [complaint] if complaint else []
    sys.stderr.writelines(f"{line}\n" for line in wrong)
    return 1 if wrong else 0
