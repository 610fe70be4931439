"""What do few cells say of all? Resampling, association by ranks, boundaries. numpy and scipy.

The unit is the *cell* everywhere: the networks of a cell differ in their seed alone, and more of
them are no more evidence about other cells. A resample of cells is a row of counts, how often each
was drawn, so that a statistic of all resamples is a product of arrays.
"""
