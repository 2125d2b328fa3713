"""Other libraries' functions with names like ours, as their users would call them.

One list: benchmarks take conventions, conformance, accuracy and speed from it.
"""

from divergences.testing.peers import arrays, information
from divergences.testing.peers.peer import Peer as Peer

PEERS = (
    arrays.SCIPY,
    arrays.JAX,
    arrays.TORCH,
    arrays.TORCHMETRICS,
    arrays.TFP,
    arrays.TFP_VI,
    arrays.NUMPYRO,
    arrays.OPTAX,
    arrays.KERAS,
    arrays.STATSMODELS,
    arrays.SKLEARN,
    arrays.POT,
    information.DIT,
    information.DIVERGENCE,
    information.INFOMEASURE,
    information.PYITLIB,
    information.GENSIM,
    information.SCIKIT_BIO,
    information.DISTCLASSIPY,
    information.NPEET,
    information.ENNEMI,
    information.ENTROPY_ESTIMATORS,
    information.MUTUAL_INFO,
)
