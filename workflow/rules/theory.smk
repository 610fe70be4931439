rule compute_theory:
    """Compute what theory says of one activation."""
    input:
        dataset=PLAN.prediction_dataset,
    output:
        table=PLAN.path("theory/{prediction}-{activation}.arrow"),
    log:
        PLAN.path("logs/compute_theory/{prediction}-{activation}.log"),
    benchmark:
        PLAN.path("benchmarks/compute_theory/{prediction}-{activation}.tsv")
    wildcard_constraints:
        prediction="[a-z_]+",
    group:
        "theory" if GROUPED else None
    conda:
        sources.environment()
    threads: 1
    resources:
        **PLAN.prediction_resources(),
    params:
        key=PLAN.prediction_key,
    shell:
        "initatlas predict --key {params.key:q} --dataset {input.dataset:q}"
        " --output {output.table:q} > {log:q} 2>&1"
