"""Hostile studies, as a user meets them: refused at once by name, and nothing is left behind."""

import pytest

from tests.workflow.project import SMOKE, Project

BOMB = "x0: &x0 {a: [0, 0, 0, 0, 0, 0, 0, 0, 0, 0]}\n" + "".join(
    f"x{n}: &x{n} {{{', '.join(f'k{i}: *x{n - 1}' for i in range(9))}}}\n" for n in range(1, 12)
)
SPREADING = "x0: &x0 {a: 1}\n" + "".join(
    f"x{n}: &x{n} {{<<: [{', '.join([f'*x{n - 1}'] * 9)}]}}\n" for n in range(1, 12)
)
HOSTILE = {
    "a bomb of anchors": (BOMB, "aliases (*x0) are not accepted; write the values out"),
    "a bomb of merges": (SPREADING, "aliases (*x0) are not accepted; write the values out"),
    "a way out": ("study: ../../outside\n", "study: becomes the name of a folder"),
    "code in a tag": (
        "study: !!python/object/apply:os.system [touch harm]\n",
        "tags ('tag:yaml.org,2002:python/object/apply:os.system') are not accepted",
    ),
    "a module that leaves": ("activations: ['leaving:X']\n", "cannot be imported: SystemExit: 3"),
}
SECONDS = 60  # of a busy machine; a bomb that goes off takes all memory


@pytest.mark.parametrize(("text", "said"), HOSTILE.values(), ids=HOSTILE)
def test_make_refuses_it_before_anything_else(empty: Project, text, said):
    (empty.folder / "leaving.py").write_text("import sys; sys.exit(3)")
    (empty.folder / "hostile.yaml").write_text(text)
    before = set(empty.times("**/*"))
    make = ("make", "--no-print-directory", "--old-file=.venv/.stamp", "STUDY=hostile.yaml")
    for target in ("reproduce", "explain"):
        refused = empty.run(*make, target, limit=SECONDS)
        assert refused.status != 0
        assert said in refused.output
        assert "Traceback" not in refused.output
    made = {path for path in set(empty.times("**/*")) - before if "__pycache__" not in path}
    assert not {path for path in made if not path.startswith((".cache", ".snakemake"))}


def test_what_no_job_could_be_told_is_refused_before_any_job(empty: Project):
    rates = ", ".join(str(n / 1000) for n in range(1, 1000))
    empty.edit(SMOKE, "learning_rates: [0.005]", f"learning_rates: [{rates}]")
    empty.edit(SMOKE, "learning_rates: [0.05, 0.3]", f"learning_rates: [{rates}]")
    refused = empty.snakemake(SMOKE).expect(1)
    assert "what a job of map_trainability must know takes" in refused.output
    assert empty.times("results/*/*") == {}
