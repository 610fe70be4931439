localrules:
    download_contrast,
    prepare_contrast,


use rule download_dataset as download_contrast with:
    output:
        fetched=PLAN.fetched("contrast"),
    log:
        PLAN.path("logs/download_contrast.log"),
    benchmark:
        PLAN.path("benchmarks/download_contrast.tsv")
    params:
        key=PLAN.dataset_key("download", "contrast"),
        cache=subpath(output.fetched, ancestor=2),


use rule prepare_dataset as prepare_contrast with:
    input:
        PLAN.downloads("contrast"),
    output:
        dataset=PLAN.path("contrast.arrow"),
    log:
        PLAN.path("logs/prepare_contrast.log"),
    benchmark:
        PLAN.path("benchmarks/prepare_contrast.tsv")
    params:
        key=PLAN.dataset_key("dataset", "contrast"),
        cache=CACHE,


use rule initialize_networks as measure_contrast with:
    input:
        dataset=PLAN.path("contrast.arrow"),
    output:
        block=PLAN.block("contrast"),
    log:
        PLAN.block("logs/measure_contrast", ".log"),
    benchmark:
        PLAN.block("benchmarks/measure_contrast", ".tsv")
    group:
        PLAN.block_group("contrast") if GROUPED else None
    resources:
        **PLAN.block_resources("contrast"),
    params:
        key=PLAN.block_key("contrast"),
