"""Algorithms: they know families and measures, never a member functional."""

from divergences.methods.log_ratio.classifier import Classifier as Classifier
from divergences.methods.log_ratio.cross_fitting import CrossFitted as CrossFitted
from divergences.methods.log_ratio.kernel_density import KernelDensity as KernelDensity
from divergences.methods.nearest_neighbours import NearestNeighbours as NearestNeighbours
from divergences.methods.spacings import Spacings as Spacings
