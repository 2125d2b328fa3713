"""What a member of the library states about itself.

A *functional* is a definition: no data and no algorithm. It states its smallest facts (a stable
term, its slopes, its laws) and everything else is derived from them by the methods.
"""

from divergences.core.estimate import Estimate as Estimate
from divergences.core.estimate import warnings_of as warnings_of
from divergences.core.f_divergence import FDivergence as FDivergence
from divergences.core.f_divergence import Limits as Limits
from divergences.core.functional import Functional as Functional
from divergences.core.functional import Ulps as Ulps
from divergences.core.laws import Laws as Laws
from divergences.core.laws import Relation as Relation
from divergences.core.located import Kernel as Kernel
from divergences.core.located import Located as Located
from divergences.core.located import Transport as Transport
from divergences.core.method import Method as Method
from divergences.core.parametric import ParametricFDivergence as ParametricFDivergence
from divergences.numerics.typing import Array as Array
