"""Pictures of divergences, by matplotlib, the extra ``plot``; every function returns the Axes.

Importing this module does not import matplotlib.
"""

from divergences.plot.curve import curve as curve
from divergences.plot.forest import forest as forest
from divergences.plot.matrix import pairwise as pairwise
from divergences.plot.pair import pair as pair
