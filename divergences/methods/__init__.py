"""Algorithms: they know families and measures, never a member functional."""

from divergences.methods.counts.coverage import ChaoShen as ChaoShen
from divergences.methods.counts.coverage import ChaoWangJost as ChaoWangJost
from divergences.methods.counts.dirichlet import Dirichlet as Dirichlet
from divergences.methods.counts.histogram import Histogram as Histogram
from divergences.methods.counts.jackknife import Jackknife as Jackknife
from divergences.methods.counts.nsb import NSB as NSB
from divergences.methods.counts.permutation import Permutation as Permutation
from divergences.methods.counts.plug_in import PlugIn as PlugIn
from divergences.methods.counts.plug_in import Shrinkage as Shrinkage
from divergences.methods.counts.series import Grassberger as Grassberger
from divergences.methods.counts.series import MillerMadow as MillerMadow
from divergences.methods.counts.series import Schurmann as Schurmann
from divergences.methods.counts.zhang import Zhang as Zhang
from divergences.methods.kernel_mean import LinearUStatistic as LinearUStatistic
from divergences.methods.kernel_mean import UStatistic as UStatistic
from divergences.methods.kernel_mean import VStatistic as VStatistic
from divergences.methods.log_ratio.classifier import Classifier as Classifier
from divergences.methods.log_ratio.cross_fitting import CrossFitted as CrossFitted
from divergences.methods.log_ratio.kernel_density import KernelDensity as KernelDensity
from divergences.methods.nearest_neighbours import NearestNeighbours as NearestNeighbours
from divergences.methods.quadrature import Quadrature as Quadrature
from divergences.methods.quantiles import Quantiles as Quantiles
from divergences.methods.sinkhorn import Sinkhorn as Sinkhorn
from divergences.methods.spacings import Spacings as Spacings
