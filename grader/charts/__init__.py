"""How our charts look: one style, one palette, letters for every name, labels that do not overlap.

Only what draws imports this, inside the function that draws: it loads Matplotlib.
"""
