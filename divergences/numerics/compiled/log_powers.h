/* Sums of powers of distributions known by unnormalised logarithms: those of `powers.h`, whose log ratios
   come from the logs. Included once for each set of instructions, after `logs.h` and `powers.h`. Derived
   in docs/numerics/summation.md. */

/* Of what has underflowed on both sides, whether it is lost beside the rest in all powers served. */
#define NEGLIGIBLE(y) (fabs(y) < 10.0)

/* Four sums of two distributions by the logs a and b, as of `power_sum`; return 0 if not certified. */
TARGET static int FN(log_power_sum)(const Order *o, const double *a, const double *b, ptrdiff_t n,
                                    double *room, double *out)
{
    const double *q = room, *p = room + n, *d = room + 2 * n, *y = room + 3 * n, *low = room + 4 * n;
    const double total_q = FN(match_totals)(a, b, n, room), sign = o->swapped ? -1.0 : 1.0;
    Sums sums[4] = {{{0.0}, {0.0}}};
    int refused = isnan(total_q), different = 0;
    for (ptrdiff_t start = 0; start < n && !refused; start += TILE) {
        double first[TILE], second[TILE], apart[TILE], ratio[TILE], rest[TILE], t[TILE], f[TILE];
        double alone[2][TILE] = {{0.0}, {0.0}};
        const int size = (int)(n - start < TILE ? n - start : TILE);
        const int whole = (size + WIDE - 1) / WIDE * WIDE;
        for (int i = 0; i < whole; i++) {
            const ptrdiff_t at = start + i;
            const int here = i < size, of_p = here && p[at] >= TINY, of_q = here && q[at] >= TINY;
            const int none_p = !here || a[at] == -INFINITY, none_q = !here || b[at] == -INFINITY;
            const int inside = of_p & of_q;
            first[i] = inside ? p[at] : 1.0;
            second[i] = inside ? q[at] : 1.0;
            apart[i] = inside ? sign * d[at] : 0.0;
            ratio[i] = inside ? sign * y[at] : 0.0;
            rest[i] = inside ? sign * low[at] : 0.0;
            alone[0][i] = none_q && of_p ? p[at] : 0.0;
            alone[1][i] = none_p && of_q ? q[at] : 0.0;
            different |= (inside && d[at] != 0.0) | (none_p != none_q);
            /* What has underflowed counts, unless neither side has it, or both have it alike. */
            if (!inside && !(none_p && none_q) && !(none_q && of_p) && !(none_p && of_q)) {
                refused |= none_p || none_q || !NEGLIGIBLE(y[at]);
                different |= y[at] != 0.0;
            }
        }
        FN(order_terms)(o, first, second, apart, ratio, rest, t, f, whole);
        for (int i = 0; i < whole; i++) {
            const int inside = i < size && p[start + i] >= TINY && q[start + i] >= TINY;
            t[i] = inside ? t[i] : 0.0;
            f[i] = inside ? f[i] : 0.0;
        }
        FN(add)(t, whole / WIDE, &sums[0]);
        FN(add)(f, whole / WIDE, &sums[1]);
        for (int k = 0; k < 2; k++)
            FN(add)(alone[k], whole / WIDE, &sums[2 + k]);
    }
    for (int k = 0; k < 4; k++) {
        join(&sums[k]);
        out[k] = word(&sums[k], 0).high / total_q;
    }
    const int fine = out[0] >= MIN_SECOND_ORDER || (out[0] == 0.0 && !different);
    return !refused && fine && out[0] < MAX_SUM && out[1] < MAX_SUM;
}

/* Two sums of one distribution by its logs, as of `power_sum`; return 0 if not certified. */
TARGET static int FN(log_entropy_sum)(const Order *o, const double *a, ptrdiff_t n, double *room,
                                      double *out)
{
    const double top = FN(greatest)(a, n), order = o->rest, divisor = o->divisor;
    const double linear = order == 0.0 ? 1.0 : 0.0;
    double *restrict p = room, *restrict t = room + n, *restrict f = room + 2 * n;
    if (isinf(top) || LDBL_MANT_DIG < 64)
        return 0;
    const Word total = FN(masses_of)(a, top, n, p);
    const long double exact = log1pl((long double)(total.high - 1.0) + (long double)total.low);
    const double log_total = (double)exact, log_rest = (double)(exact - (long double)log_total);
    int vanished = 0, absent = 0;
    for (ptrdiff_t i = 0; i < n; i++) {
        double low, lost, whole;
        const int present = p[i] >= TINY;
        const double below = present ? a[i] : top;
        /* The length of the code, log(total / p), as a double word. */
        const double rise = difference(top, below, &low), sum = difference(rise, -log_total, &lost);
        const double more = lost + (low + log_rest), length = sum + more, tail = more - (length - sum);
        const double product = order * length;
        const double rest = FN(rest_of)(order, length, product) + (o->rest_low * length + order * tail);
        const double change = FN(expm1_and_exp)(held(product), rest, &whole);
        const double term = p[i] * (change / divisor + linear * length), power = p[i] * whole;
        const int over = product > 700.0;
        t[i] = !present ? 0.0 : over ? INFINITY : term;
        f[i] = !present ? 0.0 : over ? INFINITY : power;
        vanished |= !present & (a[i] > -INFINITY);
        absent |= a[i] == -INFINITY;
    }
    /* Powers of what has underflowed are lost beside the rest if the order is at least one. */
    const int refused = (vanished && !(o->a >= 1.0)) || (absent && o->a < 0.0);
    const Word sums[2] = {FN(sum_line)(t, n), FN(sum_line)(f, n)};
    out[0] = sums[0].high / total.high;
    out[1] = sums[1].high / total.high;
    out[2] = out[3] = 0.0;
    const int single = !vanished && total.high == 1.0 && total.low == 0.0;
    return !refused && (out[0] >= MIN_FIRST_ORDER || (out[0] == 0.0 && single)) && out[0] < MAX_SUM
           && out[1] < MAX_SUM && out[1] > 1.0 / MAX_SUM;
}

/* `powers` of unnormalised logarithms. */
TARGET static void FN(log_powers)(const Job *job, double *p, double *q, int own)
{
    const Word one[2] = {{1.0, 0.0}, {1.0, 0.0}};
    for (ptrdiff_t row = job->begin; row < job->end; row += 4) {
        const double *a = line(&job->p, job, row, p), *b = own ? a : line(&job->q, job, row, q);
        double *out = job->out + row, *room = q + job->n;
        const double order = out[0];
        Order o;
        set_order(&o, order, one, own);
        int fine = o.served && fabs(order) <= MAX_ORDER_OF_LOGS;
        if (fine && own) {
            fine = FN(log_entropy_sum)(&o, a, job->n, room, out);
        } else if (fine) {
            const int exchanged = order == 0.5 && FN(exchanged)(a, b, job->n);
            fine = FN(log_power_sum)(&o, exchanged ? b : a, exchanged ? a : b, job->n, room, out);
        }
        out[0] = fine ? out[0] : NAN;
    }
}
