rule initialize_networks:
    """Measure a block of networks before training."""
    input:
        dataset=PLAN.path("dataset.arrow"),
    output:
        block=PLAN.block("initialization"),
    log:
        PLAN.block("logs/initialize_networks", ".log"),
    benchmark:
        PLAN.block("benchmarks/initialize_networks", ".tsv")
    group:
        PLAN.block_group("initialization") if GROUPED else None
    conda:
        sources.environment()
    threads: 1
    resources:
        **PLAN.block_resources("initialization"),
    params:
        key=PLAN.block_key("initialization"),
    shell:
        "initatlas initialize --key {params.key:q} --dataset {input.dataset:q}"
        " --output {output.block:q} > {log:q} 2>&1"


use rule initialize_networks as measure_phase_plane with:
    output:
        block=PLAN.block("phase_plane"),
    log:
        PLAN.block("logs/measure_phase_plane", ".log"),
    benchmark:
        PLAN.block("benchmarks/measure_phase_plane", ".tsv")
    group:
        PLAN.block_group("phase_plane") if GROUPED else None
    resources:
        **PLAN.block_resources("phase_plane"),
    params:
        key=PLAN.block_key("phase_plane"),
