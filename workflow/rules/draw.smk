localrules:
    draw_figure,


rule draw_figure:
    """Draw a figure from the tables that it needs."""
    input:
        PLAN.figure_inputs,
    output:
        json=PLAN.path("figures/{figure}.json"),
        svg=PLAN.path("figures/{figure}.svg"),
        png=PLAN.path("figures/{figure}.png"),
    log:
        PLAN.path("logs/draw_figure/{figure}.log"),
    benchmark:
        PLAN.path("benchmarks/draw_figure/{figure}.tsv")
    conda:
        sources.environment()
    threads: 1
    resources:
        mem_mb=4000,
        runtime=30,
    params:
        key=PLAN.figure_key,
        results=subpath(output.json, ancestor=2),
    shell:
        "initatlas draw --key {params.key:q} --results {params.results:q} > {log:q} 2>&1"
