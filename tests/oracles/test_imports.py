"""Our import graph against the one that an independent tool finds."""

import grimp

from initatlas import provenance


def test_our_import_graph_is_the_one_that_grimp_finds(monkeypatch):
    monkeypatch.setattr(provenance, "REGISTRIES", ())
    provenance.read_sources.cache_clear()
    ours = provenance.read_sources().imports
    provenance.read_sources.cache_clear()
    graph = grimp.build_graph(
        "initatlas",
        include_external_packages=True,
        exclude_type_checking_imports=True,
        cache_dir=None,
    )
    theirs = {
        module: graph.find_modules_directly_imported_by(module)
        for module in graph.modules
        if module.partition(".")[0] == "initatlas"
    }

    def squashed(names):  # grimp knows others' packages by their first name
        return {n if n.partition(".")[0] == "initatlas" else n.partition(".")[0] for n in names}

    assert len(theirs) > 50
    assert {m: squashed(names) for m, names in ours.items()} == {
        m: squashed(names) for m, names in theirs.items()
    }
