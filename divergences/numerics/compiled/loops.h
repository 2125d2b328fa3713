/* Sums over outcomes for one set of instructions; included once for each, with

     TARGET    what tells the compiler the instructions
     FN(name)  the name of a function compiled for them
     FUSED     1 if there are fused products and sums
    PACK      how many doubles an instruction takes

   WIDE sums run side by side: those of as many rows, or of the parts of a long one. All of them keep
   account of their rounding. No loop here knows a member; its term works on a tile at a time. */

/* x y - fl(x y), exactly: by a fused operation, or by Dekker's splitting. */
TARGET INLINE double FN(rest_of)(double x, double y, double product)
{
#if FUSED
    return __builtin_fma(x, y, -product);
#else
    const double a = 134217729.0 * x, b = 134217729.0 * y;
    const double x1 = a - (a - x), y1 = b - (b - y), x2 = x - x1, y2 = y - y1;
    return ((x1 * y1 - product) + x1 * y2 + x2 * y1) + x2 * y2;
#endif
}

#if PACK > 1
typedef double FN(Pack) __attribute__((vector_size(8 * PACK), aligned(8), may_alias));
typedef int64_t FN(Mask) __attribute__((vector_size(8 * PACK), aligned(8), may_alias));
#define LEAST_OF(x, y)                                                                             \
    ((FN(Pack))(((FN(Mask))(x) & (FN(Mask))(x < y)) | ((FN(Mask))(y) & ~(FN(Mask))(x < y))))
#else
typedef double FN(Pack);
#define LEAST_OF(x, y) lesser(x, y)
#endif

/* Add a tile to the sums, and to their low words what rounding leaves out. */
TARGET static void FN(add)(const double *restrict x, ptrdiff_t deep, Sums *restrict sums)
{
    for (int part = 0; part < WIDE; part += 2 * PACK) {
        FN(Pack) *high = (FN(Pack) *)(sums->high + part), *low = (FN(Pack) *)(sums->low + part);
        FN(Pack) h0 = high[0], h1 = high[1], l0 = low[0], l1 = low[1];
        for (ptrdiff_t i = 0; i < deep; i++) {
            const FN(Pack) *term = (const FN(Pack) *)(x + i * WIDE + part);
            const FN(Pack) x0 = term[0], x1 = term[1], t0 = h0 + x0, t1 = h1 + x1;
            const FN(Pack) a0 = t0 - h0, a1 = t1 - h1;
            l0 += (h0 - (t0 - a0)) + (x0 - a0);
            l1 += (h1 - (t1 - a1)) + (x1 - a1);
            h0 = t0;
            h1 = t1;
        }
        high[0] = h0, high[1] = h1, low[0] = l0, low[1] = l1;
    }
}

/* Find the least masses of a tile. */
TARGET static void FN(look)(const double *restrict x, ptrdiff_t deep, double *restrict least)
{
    for (int part = 0; part < WIDE; part += 2 * PACK) {
        FN(Pack) *found = (FN(Pack) *)(least + part);
        FN(Pack) m0 = found[0], m1 = found[1];
        for (ptrdiff_t i = 0; i < deep; i++) {
            const FN(Pack) *mass = (const FN(Pack) *)(x + i * WIDE + part);
            const FN(Pack) x0 = mass[0], x1 = mass[1];
            m0 = LEAST_OF(x0, m0);
            m1 = LEAST_OF(x1, m1);
        }
        found[0] = m0, found[1] = m1;
    }
}

#define X(name)                                                                                    \
    TARGET static void FN(apply_##name)(const double *restrict p, const double *restrict q,        \
                                        const double *restrict d, const double *restrict y,        \
                                        double *restrict t, int size)                              \
    {                                                                                              \
        if (y)                                                                                     \
            for (int i = 0; i < size; i++)                                                         \
                t[i] = log_##name(p[i], q[i], d[i], y[i]);                                         \
        else                                                                                       \
            for (int i = 0; i < size; i++)                                                         \
                t[i] = name(p[i], q[i], d[i]);                                                     \
    }
TERMS(X)
#undef X

static const Term FN(terms)[] = {
#define X(qualified, name, p, q, symmetric, kind) FN(apply_##name),
    MEMBERS(X)
#undef X
};

/* Add the terms of masses `first`, and `x` where `second` are not zero, with differences `d` and, if
   they are known, log ratios `y`. */
TARGET static void FN(add_tile)(const Member *member, const double *restrict first,
                                const double *second, const double *x,
                                double *restrict d, const double *y, int size, int zeros,
                                Sums *restrict sums)
{
    double a[TILE], b[TILE], edge[TILE], t[TILE];
    const Term term = FN(terms)[member - MEMBER_TABLE];
    if (zeros) {
        const double limit_q = member->at_q_zero, limit_p = member->at_p_zero;
        a[0] = b[0] = 1.0; /* a compiler does not know that size > 0 */
        for (int i = 0; i < size; i++) {
            const int inside = (first[i] > 0.0) & (second[i] > 0.0);
            const double of_p = first[i] > 0.0 ? first[i] * limit_q : 0.0;
            const double of_q = second[i] > 0.0 ? x[i] * limit_p : 0.0;
            edge[i] = inside ? -1.0 : of_p + of_q;
            a[i] = inside ? first[i] : 1.0;
            b[i] = inside ? x[i] : 1.0;
            d[i] = inside ? d[i] : 0.0;
        }
        term(a, b, d, y, t, size);
        for (int i = 0; i < size; i++)
            t[i] = edge[i] == -1.0 ? t[i] : edge[i];
    } else {
        term(first, x, d, y, t, size);
    }
    FN(add)(t, size / WIDE, sums);
}

/* Add the terms of a tile, Q being scaled by its ratio. Some masses are zero if there are `zeros`. */
TARGET static void FN(add_terms)(const Member *member, const double *restrict p,
                                 const double *restrict q, ptrdiff_t deep,
                                 const Ratio *restrict ratio, int zeros, Sums *restrict sums)
{
    double a[TILE], b[TILE], x[TILE], d[TILE];
    for (ptrdiff_t start = 0; start < deep; start += DEEP) {
        const int size = WIDE * (int)(deep - start < DEEP ? deep - start : DEEP);
        const double *first = p + start * WIDE, *second = q + start * WIDE;
        if (ratio->any) {
            for (int i = 0; i < size; i += WIDE)
                for (int j = 0; j < WIDE; j++) {
                    a[i + j] = ratio->swapped[j] > 0.0 ? second[i + j] : first[i + j];
                    b[i + j] = ratio->swapped[j] > 0.0 ? first[i + j] : second[i + j];
                }
            first = a;
            second = b;
        }
        if (member->kind == SURPRISALS)
            for (int i = 0; i < size; i += WIDE)
                for (int j = 0; j < WIDE; j++) {
                    x[i + j] = second[i + j];
                    d[i + j] = (ratio->high[j] - second[i + j]) + ratio->low[j];
                }
        else
            for (int i = 0; i < size; i += WIDE)
                for (int j = 0; j < WIDE; j++) {
                    const double mass = second[i + j], high = mass * ratio->high[j];
                    const double rest = FN(rest_of)(mass, ratio->high[j], high);
                    x[i + j] = high;
                    d[i + j] = (first[i + j] - high) - (rest + mass * ratio->low[j]);
                }
        FN(add_tile)(member, first, second, x, d, NULL, size, zeros, sums);
    }
}

/* Add to two sums the terms of the Jensen-Shannon divergence, and what their halves differ by. */
TARGET static void FN(add_halves)(const double *restrict p, const double *restrict q, ptrdiff_t deep,
                                  Sums *restrict sums)
{
    double t[TILE], u[TILE];
    for (ptrdiff_t start = 0; start < deep; start += DEEP) {
        const int size = WIDE * (int)(deep - start < DEEP ? deep - start : DEEP);
        const double *first = p + start * WIDE, *second = q + start * WIDE;
        for (int i = 0; i < size; i++) {
            const int none = first[i] + second[i] == 0.0;
            const double a = none ? 1.0 : first[i], b = none ? 1.0 : second[i];
            t[i] = term_jensen_shannon_distance(a, b, a - b);
            u[i] = js_halves_difference(a, b, a - b);
        }
        FN(add)(t, size / WIDE, &sums[0]);
        FN(add)(u, size / WIDE, &sums[1]);
    }
}

/* Find those sums for parts of two vectors. */
TARGET static void FN(halves)(const double *p, const double *q, ptrdiff_t n, Word *found)
{
    const ptrdiff_t whole = n - n % WIDE;
    double tail[2][WIDE] = {{0.0}};
    Sums sums[2] = {{{0.0}, {0.0}}};
    FN(add_halves)(p, q, n / WIDE, sums);
    memcpy(tail[0], p + whole, (size_t)(n - whole) * sizeof(double));
    memcpy(tail[1], q + whole, (size_t)(n - whole) * sizeof(double));
    FN(add_halves)(tail[0], tail[1], 1, sums);
    for (int k = 0; k < 2; k++) {
        join(&sums[k]);
        found[k] = word(&sums[k], 0);
    }
}

/* Sums of rows side by side, held as columns. */
TARGET static void FN(short_rows)(const Job *job, ptrdiff_t begin, int count, double *p, double *q)
{
    const ptrdiff_t n = job->n;
    double *sides[2] = {p, q}, least[2][WIDE];
    Sums sums[3] = {{{0.0}, {0.0}}};
    Ratio ratio = {.any = 0};
    Totals totals[WIDE];
    int zeros = 0;
    for (int k = 0; k < 2; k++) {
        if (k && same(&job->p, &job->q, job)) { /* an entropy */
            q = sides[1] = p;
            sums[1] = sums[0];
            memcpy(least[1], least[0], sizeof least[0]);
            break;
        }
        load(k ? &job->q : &job->p, job, begin, count, sides[k]);
        fill(least[k]);
        FN(add)(sides[k], n, &sums[k]);
        FN(look)(sides[k], n, least[k]);
    }
    for (int j = 0; j < WIDE; j++) {
        const int row = j < count ? j : 0; /* columns that no row is left for are as the first */
        for (int k = 0; k < 2 && j < count; k++)
            zeros |= note(&totals[j], k, word(&sums[k], j), least[k][j], sides[k] + j, n, WIDE,
                          job->found);
        set_ratio(job->member, totals[row].mass, &ratio, j);
    }
    FN(add_terms)(job->member, p, q, n, &ratio, zeros, &sums[2]);
    for (int j = 0; j < count; j++)
        job->out[begin + j] = checked(certified(job->member, &totals[j], word(&sums[2], j).high),
                                      p + j, WIDE, q + j, WIDE, n);
}

/* Find the total and the least masses of side `k`; return whether a mass is zero. */
TARGET static int FN(measure)(const double *x, ptrdiff_t n, Totals *totals, int k, Found *found)
{
    const ptrdiff_t whole = n - n % WIDE;
    double tail[WIDE] = {0.0}, least[WIDE];
    Sums sums = {{0.0}, {0.0}};
    fill(least);
    memcpy(tail, x + whole, (size_t)(n - whole) * sizeof(double));
    FN(add)(x, n / WIDE, &sums);
    FN(look)(x, n / WIDE, least);
    FN(add)(tail, 1, &sums);
    for (int j = 0; j < n - whole; j++)
        least[j] = lesser(tail[j], least[j]);
    for (int j = 1; j < WIDE; j++)
        least[0] = lesser(least[j], least[0]);
    join(&sums);
    return note(totals, k, word(&sums, 0), least[0], x, n, 1, found);
}

/* Return the sum of the terms of one row, or of a part of it, whose parts run side by side. */
TARGET static Word FN(sum)(const Member *member, const double *p, const double *q, ptrdiff_t n,
                           const Word *mass, int zeros)
{
    if (member->symmetric && less(mass[0], mass[1])) {
        const Word exchanged[2] = {mass[1], mass[0]};
        return FN(sum)(member, q, p, n, exchanged, zeros);
    }
    const ptrdiff_t whole = n - n % WIDE;
    double tail[2][WIDE] = {{0.0}};
    Sums sums = {{0.0}, {0.0}};
    Ratio ratio = {.any = 0};
    for (int j = 0; j < WIDE; j++)
        set_ratio(member, mass, &ratio, j);
    FN(add_terms)(member, p, q, n / WIDE, &ratio, zeros, &sums);
    memcpy(tail[0], p + whole, (size_t)(n - whole) * sizeof(double));
    memcpy(tail[1], q + whole, (size_t)(n - whole) * sizeof(double));
    if (n > whole)
        FN(add_terms)(member, tail[0], tail[1], 1, &ratio, 1, &sums);
    join(&sums);
    return word(&sums, 0);
}

TARGET static void FN(long_row)(const Job *job, ptrdiff_t row, double *p, double *q)
{
    const double *sides[2] = {line(&job->p, job, row, p), line(&job->q, job, row, q)};
    Totals totals;
    int zeros = 0;
    zeros |= FN(measure)(sides[0], job->n, &totals, 0, job->found);
    if (sides[0] != sides[1]) {
        zeros |= FN(measure)(sides[1], job->n, &totals, 1, job->found);
    } else {
        totals.mass[1] = totals.mass[0];
        totals.positive[1] = totals.positive[0];
        job->found->least[1] = lesser(job->found->least[0], job->found->least[1]);
        job->found->low[1] = lesser(job->found->low[0], job->found->low[1]);
        job->found->high[1] = greater(job->found->high[0], job->found->high[1]);
    }
    const Word value = FN(sum)(job->member, sides[0], sides[1], job->n, totals.mass, zeros);
    job->out[row] = checked(certified(job->member, &totals, value.high), sides[0], 1, sides[1], 1,
                            job->n);
}

TARGET static void FN(rows)(const Job *job, double *p, double *q)
{
    if (job->n >= LONG || (job->end - job->begin == 1)) {
        for (ptrdiff_t row = job->begin; row < job->end; row++)
            FN(long_row)(job, row, p, q);
        return;
    }
    for (ptrdiff_t row = job->begin; row < job->end; row += WIDE)
        FN(short_rows)(job, row, (int)(job->end - row < WIDE ? job->end - row : WIDE), p, q);
}

/* Divide masses by a total whose inverse is given: shares as double words. */
TARGET static void FN(divide)(const double *restrict x, const double *restrict high,
                              const double *restrict low, ptrdiff_t deep, double *restrict share,
                              double *restrict rest)
{
    for (ptrdiff_t i = 0; i < deep * WIDE; i += WIDE)
        for (int j = 0; j < WIDE; j++) {
            const double mass = x[i + j], part = mass * high[j];
            share[i + j] = part;
            rest[i + j] = FN(rest_of)(mass, high[j], part) + mass * low[j];
        }
}

/* Sums of every row of P with WIDE rows of Q, side by side. Of the former `shares` hold the high
   words, the low ones and the masses, one row after the other; of the latter `room` will. */
TARGET static void FN(columns)(const Job *job, const Totals *of_p, const double *shares,
                               ptrdiff_t column, int count, double *room)
{
    const ptrdiff_t n = job->n, size = n * WIDE, rows = job->end - job->begin;
    double *high = room, *low = room + size, *masses = room + 2 * size;
    double a[TILE], d[TILE], least[WIDE], inverse[2][WIDE], positive[WIDE];
    Sums sums = {{0.0}, {0.0}};
    int zeros = 0;
    load(&job->q, job, column, count, masses);
    fill(least);
    FN(add)(masses, n, &sums);
    FN(look)(masses, n, least);
    for (int j = 0; j < WIDE; j++) {
        const Word mass = word(&sums, j), part = inverse_of(mass);
        Totals totals;
        inverse[0][j] = part.high;
        inverse[1][j] = part.low;
        zeros |= note(&totals, 1, mass, least[j], masses + j, n, WIDE, job->found);
        positive[j] = totals.positive[1] / mass.high;
    }
    FN(divide)(masses, inverse[0], inverse[1], n, high, low);
    for (ptrdiff_t row = 0; row < rows; row++) {
        const double *share = shares + 3 * n * row, *rest = share + n, *mass = share + 2 * n;
        double *out = job->out + (job->begin + row) * job->columns + column;
        clear(&sums);
        for (ptrdiff_t start = 0; start < n; start += DEEP) {
            const int deep = (int)(n - start < DEEP ? n - start : DEEP);
            double *x = high + start * WIDE;
            const double *y = low + start * WIDE;
            for (int i = 0; i < deep; i++)
                for (int j = 0; j < WIDE; j++) {
                    a[i * WIDE + j] = share[start + i];
                    d[i * WIDE + j] = (share[start + i] - x[i * WIDE + j])
                                      + (rest[start + i] - y[i * WIDE + j]);
                }
            FN(add_tile)(job->member, a, x, x, d, NULL, deep * WIDE, zeros || of_p[row].zeros, &sums);
        }
        for (int j = 0; j < count; j++) {
            Totals both = of_p[row];
            both.positive[1] = positive[j];
            out[j] = checked(certified(job->member, &both, word(&sums, j).high), mass, 1, masses + j,
                             WIDE, n);
        }
    }
}

/* Sums of every row of P, from `begin` to `end`, with every row of Q. */
TARGET static void FN(pairs)(const Job *job, Totals *of_p, double *shares, double *room)
{
    const ptrdiff_t n = job->n;
    const Word one = {1.0, 0.0};
    for (ptrdiff_t row = job->begin; row < job->end; row++) {
        Totals *totals = &of_p[row - job->begin];
        double *share = shares + 3 * n * (row - job->begin);
        const double *x = line(&job->p, job, row, share + 2 * n);
        totals->zeros = FN(measure)(x, n, totals, 0, job->found);
        const Word inverse = inverse_of(totals->mass[0]);
        for (ptrdiff_t i = 0; i < n; i++) {
            const double part = x[i] * inverse.high;
            share[n + i] = FN(rest_of)(x[i], inverse.high, part) + x[i] * inverse.low;
            share[2 * n + i] = x[i];
            share[i] = part;
        }
        totals->positive[0] /= totals->mass[0].high;
        totals->mass[0] = totals->mass[1] = one;
    }
    for (ptrdiff_t column = 0; column < job->columns; column += WIDE) {
        const ptrdiff_t rest = job->columns - column;
        FN(columns)(job, of_p, shares, column, (int)(rest < WIDE ? rest : WIDE), room);
    }
}

#undef LEAST_OF
