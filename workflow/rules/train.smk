rule train_networks:
    """Train a block of networks and trace it."""
    input:
        dataset=PLAN.path("dataset.arrow"),
    output:
        block=PLAN.block("training"),
    log:
        PLAN.block("logs/train_networks", ".log"),
    benchmark:
        PLAN.block("benchmarks/train_networks", ".tsv")
    group:
        PLAN.block_group("training") if GROUPED else None
    conda:
        sources.environment()
    threads: 1
    resources:
        **PLAN.block_resources("training"),
    params:
        key=PLAN.block_key("training"),
    shell:
        "initatlas train --key {params.key:q} --dataset {input.dataset:q}"
        " --output {output.block:q} > {log:q} 2>&1"
