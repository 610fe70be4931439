import os

ROOT = sources.root(str(workflow.current_basedir))  # the repository


localrules:
    write_report,
    write_manifest,
    write_crate,


rule write_report:
    """Write the report: findings, figures, settings, provenance."""
    input:
        PLAN.report_inputs,
        citation=os.path.normpath(f"{ROOT}/{sources.CITATION}"),
    output:
        report=PLAN.path("report.html"),
        facts=PLAN.path("report.json"),
    log:
        PLAN.path("logs/write_report.log"),
    benchmark:
        PLAN.path("benchmarks/write_report.tsv")
    conda:
        sources.environment()
    threads: 1
    resources:
        mem_mb=4000,
        runtime=30,
    params:
        key=PLAN.report_key,
        results=subpath(output.report, ancestor=1),
    shell:
        "initatlas report --key {params.key:q} --results {params.results:q}"
        " --citation {input.citation:q} --output {output.report:q} --facts {output.facts:q}"
        " > {log:q} 2>&1"


rule write_manifest:
    """List every output with its checksum, its rule and its key; refuse one made otherwise."""
    input:
        PLAN.output_paths,
    output:
        manifest=PLAN.path("manifest.json"),
    log:
        PLAN.path("logs/write_manifest.log"),
    benchmark:
        PLAN.path("benchmarks/write_manifest.tsv")
    conda:
        sources.environment()
    threads: 1
    resources:
        mem_mb=1000,
        runtime=30,
    params:
        key=PLAN.manifest_key,
    shell:
        "initatlas manifest --key {params.key:q} --output {output.manifest:q} > {log:q} 2>&1"


rule write_crate:
    """Describe the finished study as an RO-Crate, for an archive, with copies of the workflow."""
    input:
        sources=sources.paths(ROOT),
        manifest=rules.write_manifest.output.manifest,
    output:
        copies=sources.copies(PLAN.results, ROOT),
        crate=PLAN.path(sources.METADATA),
    log:
        PLAN.path("logs/write_crate.log"),
    benchmark:
        PLAN.path("benchmarks/write_crate.tsv")
    conda:
        sources.environment()
    threads: 1
    resources:
        mem_mb=1000,
        runtime=30,
    params:
        key=PLAN.crate_key,
        root=ROOT,
    shell:
        "initatlas crate --key {params.key:q} --manifest {input.manifest:q} --root {params.root:q}"
        " --output {output.crate:q} > {log:q} 2>&1"
