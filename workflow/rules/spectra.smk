rule measure_spectra:
    """Measure Jacobians and tangent kernels of a block of networks before training."""
    input:
        dataset=PLAN.path("dataset.arrow"),
    output:
        block=PLAN.block("spectra"),
    log:
        PLAN.block("logs/measure_spectra", ".log"),
    benchmark:
        PLAN.block("benchmarks/measure_spectra", ".tsv")
    group:
        PLAN.block_group("spectra") if GROUPED else None
    conda:
        sources.environment()
    threads: 1
    resources:
        **PLAN.block_resources("spectra"),
    params:
        key=PLAN.block_key("spectra"),
    shell:
        "initatlas spectra --key {params.key:q} --dataset {input.dataset:q}"
        " --output {output.block:q} > {log:q} 2>&1"
