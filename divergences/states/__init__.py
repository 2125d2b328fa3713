"""What a part of the data contributes to a quantity, as a small state: states of parts merge.

`update` takes the next chunk, `merge` the state of another part, and `result` gives what the
library gives for the whole. A state never changes: each call returns a new one. The order in which
parts are merged does not matter, beyond roundings. `to_dict` returns numbers, strings and lists,
for JSON or any other format, and `from_dict` makes the state again.
"""

from divergences.states.counts import CountState as CountState
from divergences.states.log_sum_exp import LogSumExpState as LogSumExpState
from divergences.states.sums import SumState as SumState
