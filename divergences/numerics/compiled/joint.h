/* Sums of one table of masses: against the product of its marginals, and of its rows against their
   mixture. Included once for each set of instructions, after `loops.h`. */

/* Add the terms of a line of masses `p`, of shares `p` + `low` if there is `low`, and `q` + `q_low`. */
TARGET static void FN(add_line)(const Member *member, const double *p, const double *low,
                                const double *q, const double *q_low, ptrdiff_t n, Word factor,
                                int zeros, Sums *sums)
{
    double a[TILE], b[TILE], x[TILE], d[TILE];
    for (ptrdiff_t start = 0; start < n; start += TILE) {
        const int size = (int)(n - start < TILE ? n - start : TILE);
        const int whole = (size + WIDE - 1) / WIDE * WIDE;
        for (int i = 0; i < size; i++) {
            const double mass = q[start + i], high = mass * factor.high;
            const double rest = FN(rest_of)(mass, factor.high, high)
                                + (mass * factor.low + q_low[start + i] * factor.high);
            a[i] = p[start + i];
            b[i] = mass;
            x[i] = high;
            d[i] = (p[start + i] - high) - rest;
        }
        for (int i = 0; low && i < size; i++)
            d[i] += low[start + i];
        for (int i = size; i < whole; i++)
            a[i] = b[i] = x[i] = d[i] = 0.0;
        FN(add_tile)(member, a, b, x, d, NULL, whole, zeros || size < whole, sums);
    }
}

/* Add a line, of double words, times a factor to sums of lines. */
TARGET static void FN(gather)(const double *restrict x, const double *restrict x_low, Word factor,
                              ptrdiff_t n, double *restrict high, double *restrict low)
{
    for (ptrdiff_t i = 0; i < n; i++) {
        const double part = x[i] * factor.high, total = high[i] + part, added = total - high[i];
        low[i] += ((high[i] - (total - added)) + (part - added))
                  + (FN(rest_of)(x[i], factor.high, part)
                     + (x[i] * factor.low + x_low[i] * factor.high));
        high[i] = total;
    }
}

/* Make sums proper double words; return the least that is positive. */
TARGET static double FN(settle)(double *high, double *low, ptrdiff_t n)
{
    double positive = INFINITY;
    for (ptrdiff_t i = 0; i < n; i++) {
        const double total = high[i] + low[i];
        low[i] -= total - high[i];
        high[i] = total;
        positive = total > 0.0 ? lesser(total, positive) : positive;
    }
    return positive;
}

/* The sum for a table of masses and the product of its marginals, which share its total. */
TARGET static double FN(independence)(const Member *member, const double *x, ptrdiff_t rows,
                                      ptrdiff_t n, double *room, Found *found)
{
    double *high = room, *low = room + n, *nothing = room + 2 * n, row = INFINITY, least = INFINITY;
    Totals *totals = (Totals *)(room + 3 * n);
    const Word one = {1.0, 0.0};
    Sums sums = {{0.0}, {0.0}};
    Found parts;
    int zeros = 0;
    expect_any(&parts);
    memset(room, 0, 3 * (size_t)n * sizeof(double));
    for (ptrdiff_t i = 0; i < rows; i++) {
        zeros |= FN(measure)(x + i * n, n, &totals[i], 0, &parts);
        FN(gather)(x + i * n, nothing, one, n, high, low);
        include(&sums, totals[i].mass[0]);
        least = lesser(totals[i].positive[0], least);
        row = totals[i].mass[0].high > 0.0 ? lesser(totals[i].mass[0].high, row) : row;
    }
    const Word total = word(&sums, 0), inverse = inverse_of(total);
    const double column = FN(settle)(high, low, n);
    found->least[0] = lesser(parts.least[0], found->least[0]);
    found->low[0] = lesser(total.high, found->low[0]);
    found->high[0] = greater(total.high, found->high[0]);
    if (!(least >= TINY * total.high && (row / total.high) * (column / total.high) >= TINY))
        return NAN;
    clear(&sums);
    for (ptrdiff_t i = 0; i < rows; i++) {
        const double part = totals[i].mass[0].high * inverse.high;
        const Word factor = {part, rest_of_baseline(totals[i].mass[0].high, inverse.high, part)
                                       + totals[i].mass[0].high * inverse.low
                                       + totals[i].mass[0].low * inverse.high};
        FN(add_line)(member, x + i * n, NULL, high, low, n, factor, zeros, &sums);
    }
    join(&sums);
    const double value = word(&sums, 0).high / total.high;
    return value >= MIN_OF_TABLE ? value : NAN;
}

/* The mean of the sums for each row and the mixture of all, with `weights` that are double words. */
TARGET static double FN(mixture)(const Member *member, const double *x, const double *weights,
                                 ptrdiff_t rows, ptrdiff_t n, double *room, Found *found)
{
    double *high = room, *low = room + n, *shares = room + 2 * n, mean = 0.0;
    const Word one = {1.0, 0.0};
    int zeros = 0, tiny = 0;
    memset(room, 0, 2 * (size_t)n * sizeof(double));
    for (ptrdiff_t i = 0; i < rows; i++) {
        const Word weight = {weights[2 * i], weights[2 * i + 1]};
        double *share = shares + 2 * n * i, *rest = share + n;
        Totals totals;
        zeros |= FN(measure)(x + i * n, n, &totals, 0, found);
        const Word inverse = inverse_of(totals.mass[0]);
        for (ptrdiff_t j = 0; j < n; j++) {
            const double mass = x[i * n + j], part = mass * inverse.high;
            rest[j] = FN(rest_of)(mass, inverse.high, part) + mass * inverse.low;
            share[j] = part;
        }
        tiny |= !(totals.positive[0] >= TINY * totals.mass[0].high);
        if (weight.high > 0.0)
            FN(gather)(share, rest, weight, n, high, low);
    }
    if (tiny || !(FN(settle)(high, low, n) >= TINY))
        return NAN;
    for (ptrdiff_t i = 0; i < rows; i++) {
        const double *share = shares + 2 * n * i;
        Sums sums = {{0.0}, {0.0}};
        if (!(weights[2 * i] > 0.0))
            continue;
        FN(add_line)(member, share, share + n, high, low, n, one, zeros, &sums);
        join(&sums);
        mean += weights[2 * i] * word(&sums, 0).high;
    }
    return mean >= MIN_OF_TABLE ? mean : NAN;
}

TARGET static void FN(tables)(const Tables *job)
{
    const ptrdiff_t size = job->rows * job->n;
    for (ptrdiff_t i = job->begin; i < job->end; i++)
        job->out[i] = job->weights
                          ? FN(mixture)(job->member, job->x + i * size, job->weights, job->rows,
                                        job->n, job->room, job->found)
                          : FN(independence)(job->member, job->x + i * size, job->rows, job->n,
                                             job->room, job->found);
}
