localrules:
    download_dataset,
    prepare_dataset,


rule download_dataset:
    """Fetch the files of a data set into the cache, and verify them."""
    output:
        fetched=PLAN.fetched(),
    log:
        PLAN.path("logs/download_dataset.log"),
    benchmark:
        PLAN.path("benchmarks/download_dataset.tsv")
    conda:
        sources.environment()
    threads: 1
    resources:
        mem_mb=1000,
        runtime=60,
    params:
        key=PLAN.dataset_key("download"),
        cache=subpath(output.fetched, ancestor=2),
    shell:
        "initatlas download --key {params.key:q} --cache {params.cache:q}"
        " --output {output.fetched:q} > {log:q} 2>&1"


rule prepare_dataset:
    """Standardize, split and measure the data set."""
    input:
        PLAN.downloads(),
    output:
        dataset=PLAN.path("dataset.arrow"),
    log:
        PLAN.path("logs/prepare_dataset.log"),
    benchmark:
        PLAN.path("benchmarks/prepare_dataset.tsv")
    conda:
        sources.environment()
    threads: 1
    resources:
        mem_mb=4000,
        runtime=30,
    params:
        key=PLAN.dataset_key("dataset"),
        cache=CACHE,
    shell:
        "initatlas dataset --key {params.key:q} --cache {params.cache:q}"
        " --output {output.dataset:q} > {log:q} 2>&1"
