localrules:
    reduce_table,


rule reduce_table:
    """Reduce blocks, or other tables, to one of the study's tables."""
    input:
        PLAN.table_inputs,
    output:
        table=PLAN.path("tables/{table}.parquet"),
    log:
        PLAN.path("logs/reduce_table/{table}.log"),
    benchmark:
        PLAN.path("benchmarks/reduce_table/{table}.tsv")
    conda:
        sources.environment()
    threads: 1
    resources:
        mem_mb=4000,
        runtime=60,
    params:
        key=PLAN.table_key,
        results=subpath(output.table, ancestor=2),
    shell:
        "initatlas reduce --key {params.key:q} --results {params.results:q}"
        " --output {output.table:q} > {log:q} 2>&1"
