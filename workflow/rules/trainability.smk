rule search_rates:
    """Train a block of networks at every learning rate of a grid."""
    input:
        dataset=PLAN.path("dataset.arrow"),
    output:
        block=PLAN.block("trainability"),
    log:
        PLAN.block("logs/search_rates", ".log"),
    benchmark:
        PLAN.block("benchmarks/search_rates", ".tsv")
    group:
        PLAN.block_group("trainability") if GROUPED else None
    conda:
        sources.environment()
    threads: 1
    resources:
        **PLAN.block_resources("trainability"),
    params:
        key=PLAN.block_key("trainability"),
    shell:
        "initatlas trainability --key {params.key:q} --dataset {input.dataset:q}"
        " --output {output.block:q} > {log:q} 2>&1"


use rule search_rates as map_trainability with:
    output:
        block=PLAN.block("trainability_map"),
    log:
        PLAN.block("logs/map_trainability", ".log"),
    benchmark:
        PLAN.block("benchmarks/map_trainability", ".tsv")
    group:
        PLAN.block_group("trainability_map") if GROUPED else None
    resources:
        **PLAN.block_resources("trainability_map"),
    params:
        key=PLAN.block_key("trainability_map"),
