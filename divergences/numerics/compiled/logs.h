/* Sums of distributions known by unnormalised logarithms. Included once for each set of instructions,
   after `loops.h`. Derived in docs/numerics/summation.md. */

TARGET static double FN(greatest)(const double *restrict x, ptrdiff_t n)
{
    double most[WIDE];
    for (int j = 0; j < WIDE; j++)
        most[j] = -INFINITY;
    for (ptrdiff_t i = 0; i + WIDE <= n; i += WIDE)
        for (int j = 0; j < WIDE; j++)
            most[j] = greater(x[i + j], most[j]);
    for (ptrdiff_t i = n - n % WIDE; i < n; i++)
        most[0] = greater(x[i], most[0]);
    for (int j = 1; j < WIDE; j++)
        most[0] = greater(most[j], most[0]);
    return most[0];
}

/* exp(x - top), where nothing is rounded before exp; return the total. */
TARGET static Word FN(masses_of)(const double *restrict x, double top, ptrdiff_t n, double *restrict y)
{
    for (ptrdiff_t i = 0; i < n; i++) {
        double low;
        const double high = difference(x[i], top, &low);
        y[i] = exp_of(high, low);
    }
    Totals totals;
    Found found;
    expect_any(&found);
    FN(measure)(y, n, &totals, 0, &found);
    return totals.mass[0];
}

/* Sum a line of terms that are all to be added. */
TARGET static Word FN(sum_line)(double *restrict t, ptrdiff_t n)
{
    double tail[WIDE] = {0.0};
    Sums sums = {{0.0}, {0.0}};
    FN(add)(t, n / WIDE, &sums);
    memcpy(tail, t + (n - n % WIDE), (size_t)(n % WIDE) * sizeof(double));
    FN(add)(tail, 1, &sums);
    join(&sums);
    return word(&sums, 0);
}

/* The mean length under P of the code that is ideal for Q: the length of outcome i is top - b_i and
   the logarithm of the total of exp(b - top), which is 1 and the others. */
TARGET static double FN(log_lengths)(const double *a, const double *b, ptrdiff_t n, double *room)
{
    const double top_a = FN(greatest)(a, n), top_b = FN(greatest)(b, n);
    if (isinf(top_a) || isinf(top_b))
        return NAN;
    double *p = room, *t = room + n;
    const Word total = FN(masses_of)(b, top_b, n, t);
    const Word mass = a == b ? total : FN(masses_of)(a, top_a, n, p);
    const double log_total = log1p((total.high - 1.0) + total.low);
    if (a == b)
        memcpy(p, t, (size_t)n * sizeof(double));
    for (ptrdiff_t i = 0; i < n; i++) {
        const double value = p[i] * ((top_b - b[i]) + log_total);
        t[i] = a[i] == -INFINITY ? 0.0 : b[i] == -INFINITY ? INFINITY : value;
    }
    const double value = FN(sum_line)(t, n).high / mass.high;
    return value >= MIN_OF_LOGS ? value : NAN;
}

/* (a - b) - shift, a double word. */
TARGET INLINE double FN(log_ratio)(double a, double b, double shift, double shift_low, double *rest)
{
    double low, lost;
    const double high = difference(a, b, &low), apart = difference(high, shift, &lost);
    const double more = lost + (low - shift_low), y = apart + more;
    *rest = more - (y - apart);
    return y;
}

/* Log ratios y + low, masses p on the scale of q, and their differences. */
TARGET APART static void FN(match)(const double *restrict a, const double *restrict b, double shift,
                                   double shift_low, double factor, double factor_low, ptrdiff_t n,
                                   const double *restrict q, double *restrict p, double *restrict d,
                                   double *restrict y, double *restrict low)
{
    for (ptrdiff_t i = 0; i < n; i++) {
        double rest;
        const double ratio = FN(log_ratio)(a[i], b[i], shift, shift_low, &rest);
        const int near = fabs(ratio) < NEAR_LOG;
        const double gap = q[i] * expm1_of(near ? ratio : 0.0, near ? rest : 0.0);
        const double mass = near ? q[i] + gap : p[i] * factor + p[i] * factor_low;
        d[i] = near ? gap : mass - q[i];
        p[i] = mass;
        y[i] = ratio;
        low[i] = rest;
    }
}

/* Bring two distributions to one total, which is returned; NaN where this way does not certify it. With
   z_i = (a_i - b_i) - shift, the masses q_i = exp(b_i - top) and q_i exp(z_i) have totals that differ by the
   sum of q_i (exp(z_i) - 1): that makes the log ratio of those of one total. Five lines of `room` take q,
   p, p - q, and the log ratio as a double word. */
TARGET static double FN(match_totals)(const double *a, const double *b, ptrdiff_t n, double *room)
{
    double *restrict q = room, *restrict p = room + n, *restrict d = room + 2 * n;
    double *restrict y = room + 3 * n, *restrict low = room + 4 * n, shift_low;
    ptrdiff_t peak = 0;
    const double top_a = FN(greatest)(a, n), top_b = FN(greatest)(b, n);
    while (peak < n && a[peak] != top_a)
        peak++;
    if (isinf(top_a) || isinf(top_b) || peak == n || isinf(b[peak]) || LDBL_MANT_DIG < 64)
        return NAN;
    const double shift = difference(top_a, b[peak], &shift_low);
    const Word total_q = FN(masses_of)(b, top_b, n, q), total_p = FN(masses_of)(a, top_a, n, p);
    /* Where exp(z) is 1, exp(a - top) is so too: the ratio of the scales is that of Q there. */
    const long double scale = expl((long double)b[peak] - (long double)top_b);
    const double rough = (double)scale;
    if (!(rough > 1e-100))
        return NAN;
    for (ptrdiff_t i = 0; i < n; i++) {
        double rest;
        const double z = FN(log_ratio)(a[i], b[i], shift, shift_low, &rest);
        const int near = fabs(z) < NEAR_LOG;
        const double change = q[i] * expm1_of(near ? z : 0.0, near ? rest : 0.0);
        d[i] = near ? change : p[i] * rough - q[i];
    }
    const long double gained = (long double)FN(sum_line)(d, n).high / (long double)total_q.high;
    const int similar = fabsl(gained) < 0.5L; /* else 1 + gained might cancel */
    const long double ratio = similar ? 1.0L + gained
                                      : (long double)total_p.high * scale / (long double)total_q.high;
    const long double more = similar ? log1pl(gained) : logl(ratio);
    const double apart = (double)more;
    double moved_low;
    const double moved = difference(shift, -apart, &moved_low);
    moved_low += shift_low + (double)(more - (long double)apart);
    const double factor = (double)(scale / ratio);
    const double factor_low = (double)(scale / ratio - (long double)factor);
    FN(match)(a, b, moved, moved_low, factor, factor_low, n, q, p, d, y, low);
    return total_q.high;
}

/* Whether P and Q are to be exchanged, so that what is symmetric is so bit for bit. */
TARGET static int FN(exchanged)(const double *a, const double *b, ptrdiff_t n)
{
    ptrdiff_t first = 0;
    while (first < n && a[first] == b[first])
        first++;
    return first < n && a[first] < b[first];
}

/* The sum of T over two distributions of one total. */
TARGET static double FN(log_sum)(const Member *member, const double *a, const double *b, ptrdiff_t n,
                                 double *room)
{
    double *restrict q = room, *restrict p = room + n, *restrict d = room + 2 * n;
    double *restrict y = room + 3 * n;
    if (member->symmetric && FN(exchanged)(a, b, n)) {
        const double *other = a;
        a = b;
        b = other;
    }
    const double total_q = FN(match_totals)(a, b, n, room);
    if (isnan(total_q))
        return NAN;
    int lost = 0, different = 0;
    for (ptrdiff_t i = 0; i < n; i++) {
        lost |= !(p[i] >= TINY) | !(q[i] >= TINY);
        different |= d[i] != 0.0;
    }
    Sums sums = {{0.0}, {0.0}};
    for (ptrdiff_t start = 0; start < n; start += TILE) {
        double f[TILE] = {0.0}, s[TILE] = {0.0}, gap[TILE] = {0.0}, log_ratio[TILE] = {0.0};
        const int size = (int)(n - start < TILE ? n - start : TILE);
        for (int i = 0; i < size; i++) {
            f[i] = p[start + i] >= TINY ? p[start + i] : 0.0;
            s[i] = q[start + i] >= TINY ? q[start + i] : 0.0;
            gap[i] = d[start + i];
            log_ratio[i] = y[start + i];
        }
        FN(add_tile)(member, f, s, s, gap, log_ratio, (size + WIDE - 1) / WIDE * WIDE,
                     lost || size % WIDE, &sums);
    }
    join(&sums);
    const double sum_p = FN(sum_line)(p, n).high;
    const double mass = member->symmetric ? 0.5 * (sum_p + total_q) : sum_p;
    const double value = word(&sums, 0).high / mass;
    if (lost && underflow_matters(member, a, b, p, q, n))
        return NAN;
    return value >= (member->kind == SECOND_ORDER ? 1e-250 : MIN_OF_LOGS) || !different ? value : NAN;
}

TARGET static void FN(logs)(const Job *job, double *p, double *q)
{
    for (ptrdiff_t row = job->begin; row < job->end; row++) {
        const double *a = line(&job->p, job, row, p), *b = line(&job->q, job, row, q);
        double *room = q + job->n;
        job->out[row] = job->member->kind == SURPRISALS
                            ? FN(log_lengths)(a, b, job->n, room)
                            : FN(log_sum)(job->member, a, b, job->n, room);
    }
}
