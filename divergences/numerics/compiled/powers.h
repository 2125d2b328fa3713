/* Sums of powers: of two distributions, the terms of the alpha divergence and p^a q^(1-a); of one, those
   of the Tsallis entropy and p^a. Included once for each set of instructions, after `loops.h`. Derived in
   docs/numerics/summation.md. */

/* log(p / (x + rest)) as a double word, of positive normal p and x whose ratio is normal. */
TARGET INLINE double FN(log_quotient)(double p, double x, double rest, double *low)
{
    const uint64_t root = 0x3FE6A09E667F3BCDu, one = 0x3FF0000000000000u;
    const uint64_t bits = bits_of(p / x) - root + one;
    const double k = float_of((bits >> 52) | 0x4330000000000000u) - (4503599627370496.0 + 1023.0);
    const double scale = float_of(bits & 0x7FF0000000000000u);
    /* Of x and p within a factor of sqrt 2 the difference is exact; log(p/x) = 2 artanh v. */
    const double y = x * scale, y_rest = rest * scale, d = p - y, s = p + y, part = s - p;
    const double s_rest = ((p - (s - part)) + (y - part)) + y_rest;
    const double inverse = 1.0 / s, v = d * inverse, product = v * s;
    const double lost = FN(rest_of)(v, s, product);
    const double tail = ((((d - product) - lost) - y_rest) - v * s_rest) * inverse;
    const double w = v * v, z = w * w;
    const double even = ((((z * (1.0 / 23.0) + 1.0 / 19.0) * z + 1.0 / 15.0) * z + 1.0 / 11.0) * z
                         + 1.0 / 7.0) * z + 1.0 / 3.0;
    const double odd = (((z * (1.0 / 21.0) + 1.0 / 17.0) * z + 1.0 / 13.0) * z + 1.0 / 9.0) * z
                       + 1.0 / 5.0;
    /* log 2 is cut to 40 bits, so that multiples are exact. */
    const double top = k * 0x1.62e42fefa4p-1, near = 2.0 * v, sum = top + near, added = sum - top;
    const double sum_rest = (top - (sum - added)) + (near - added);
    const double more = sum_rest
                        + (k * -0x1.8432a1b0e2634p-43 + 2.0 * (tail + v * w * (even + w * odd)));
    const double high = sum + more;
    *low = more - (high - sum);
    return high;
}

/* exp(x + low) - 1, and exp(x + low), of |x| <= 700; beneath -700 they are that of it. */
TARGET INLINE double FN(expm1_and_exp)(double x, double low, double *whole)
{
    const double multiple = multiple_of(x), power = power_of(multiple);
    const double value = expm1_reduced(x, low, multiple - 6755399441055744.0);
    *whole = (value + 1.0) * power;
    return power * value + (power - 1.0);
}

/* Terms of the alpha divergence and powers, from the log ratios y of what is not the base and what is:
   where those are small, by their series. */
TARGET APART static void FN(terms_by_series)(const Order *restrict o, const double *restrict base,
                                             const double *restrict other, const double *restrict y,
                                             double *restrict t, double *restrict f, int size)
{
    const double reach = o->reach, of_base = o->rest, of_other = o->a, of_term = o->product;
    for (int i = 0; i < size; i++) {
        const double p = base[i], q = other[i], gentle = fabs(y[i]) < reach ? y[i] : 0.0;
        const double x = fabs(gentle), z = x * x;
        const uint64_t behind = 0u - (bits_of(gentle) >> 63);
        double even = 0.0, odd = 0.0;
#define STEP(k)                                                                                    \
        even = even * z + chosen(behind, o->behind[k], o->ahead[k]);                               \
        odd = odd * z + chosen(behind, o->behind[k + 1], o->ahead[k + 1]);
        STEP(28) STEP(26) STEP(24) STEP(22) STEP(20) STEP(18) STEP(16) STEP(14)
        STEP(12) STEP(10) STEP(8) STEP(6) STEP(4) STEP(2) STEP(0)
#undef STEP
        const double term = lesser(p, q) * (z * (even + x * odd));
        t[i] = term;
        f[i] = (of_base * p + of_other * q) + of_term * term;
    }
}

/* The same elsewhere: d is what is not the base less the base, y + low the log of their ratio. */
TARGET APART static void FN(terms_by_power)(const Order *o, const double *restrict base,
                                            const double *restrict d, const double *restrict y,
                                            const double *restrict low, double *restrict t,
                                            double *restrict f, int size)
{
    const double reach = o->reach, a = o->a, rest = o->rest, divisor = o->divisor;
    const double linear = a == 0.0 ? 1.0 : 0.0;
    for (int i = 0; i < size; i++) {
        double whole;
        const double product = a * y[i], lost = FN(rest_of)(a, y[i], product) + a * low[i];
        const double change = FN(expm1_and_exp)(held(product), lost, &whole);
        const double rise = change / divisor + linear * y[i];
        const double term = (d[i] - base[i] * rise) / rest, power = base[i] * whole;
        const int gentle = fabs(y[i]) < reach, over = product > 700.0;
        const double far = over ? INFINITY : term;
        t[i] = gentle ? t[i] : far;
        f[i] = gentle ? f[i] : power;
    }
}

/* Terms of positive masses p and x; `f` are the powers for orders within [0, 1]. Of what is not the base
   d is how much it exceeds the base, and y + low the log of their ratio, which 1/2, 2 and -1 do not need. */
TARGET static void FN(order_terms)(const Order *o, const double *restrict p, const double *restrict x,
                                   const double *restrict d, const double *restrict y,
                                   const double *restrict low, double *restrict t,
                                   double *restrict f, int size)
{
    const double *base = o->swapped ? p : x, *other = o->swapped ? x : p;
    int near = 0, far = 0;
    if (o->kind == HALF) {
        for (int i = 0; i < size; i++) {
            const double a = sqrt(p[i]), b = sqrt(x[i]), gap = d[i] / (a + b);
            t[i] = 2.0 * gap * gap;
            f[i] = a * b;
        }
        return;
    }
    if (o->kind == SQUARE) {
        for (int i = 0; i < size; i++)
            t[i] = 0.5 * (d[i] * (d[i] / other[i]));
        memset(f, 0, (size_t)size * sizeof(double));
        return;
    }
    for (int i = 0; i < size; i++) {
        near |= fabs(y[i]) < o->reach;
        far |= !(fabs(y[i]) < o->reach);
    }
    if (near)
        FN(terms_by_series)(o, base, other, y, t, f, size);
    if (far)
        FN(terms_by_power)(o, base, d, y, low, t, f, size);
}

/* Terms of masses p and x + rest, none of them zero. */
TARGET static void FN(power_tile)(const Order *o, const double *restrict p, const double *restrict x,
                                  const double *restrict rest, double *restrict t,
                                  double *restrict f, int size)
{
    const double sign = o->swapped ? -1.0 : 1.0;
    double d[TILE], y[TILE], low[TILE];
    for (int i = 0; i < size; i++)
        d[i] = sign * ((p[i] - x[i]) - rest[i]);
    if (o->kind == ANY)
        for (int i = 0; i < size; i++) {
            double tail;
            y[i] = sign * FN(log_quotient)(p[i], x[i], rest[i], &tail);
            low[i] = sign * tail;
        }
    FN(order_terms)(o, p, x, d, y, low, t, f, size);
}

/* Terms of masses p on the total x + rest of their distribution, none of them zero. */
TARGET static void FN(entropy_tile)(const Order *o, const double *restrict p, const double *restrict x,
                                    const double *restrict rest, double *restrict t,
                                    double *restrict f, int size)
{
    if (o->kind == SQUARE) {
        for (int i = 0; i < size; i++) {
            t[i] = p[i] * (((x[i] - p[i]) + rest[i]) / x[i]);
            f[i] = p[i] * (p[i] / x[i]);
        }
        return;
    }
    if (o->kind == HALF) {
        for (int i = 0; i < size; i++) {
            const double a = sqrt(p[i]), b = sqrt(x[i]);
            t[i] = 2.0 * (a * (((x[i] - p[i]) + rest[i]) / (a + b)));
            f[i] = a * b;
        }
        return;
    }
    const double b = o->rest, b_low = o->rest_low, divisor = o->divisor;
    const double linear = b == 0.0 ? 1.0 : 0.0;
    for (int i = 0; i < size; i++) {
        double tail, whole;
        const double length = -FN(log_quotient)(p[i], x[i], rest[i], &tail);
        const double product = b * length;
        const double lost = FN(rest_of)(b, length, product) + (b_low * length - b * tail);
        const double change = FN(expm1_and_exp)(held(product), lost, &whole);
        const double term = p[i] * (change / divisor + linear * length), power = p[i] * whole;
        const int over = product > 700.0;
        t[i] = over ? INFINITY : term;
        f[i] = over ? INFINITY : power;
    }
}

/* Sums over two vectors of an order: of terms, of powers, and of what only one of the two has; on the
   scale of the total of P times o->unit. Of one vector that is also the other, if `own`. */
TARGET static void FN(power_sum)(const Order *o, const double *p, const double *q, ptrdiff_t n,
                                 const Word *mass, int own, int zeros, Word *out)
{
    double a[TILE], x[TILE], rest[TILE], t[TILE], f[TILE], alone[2][TILE];
    Sums sums[4] = {{{0.0}, {0.0}}};
    const Word scaled[2] = {{mass[0].high * o->unit, mass[0].low * o->unit}, mass[1]};
    const Word ratio = ratio_of(scaled[0], scaled[1]);
    for (ptrdiff_t start = 0; start < n; start += TILE) {
        const int size = (int)(n - start < TILE ? n - start : TILE);
        const int whole = (size + WIDE - 1) / WIDE * WIDE, some = zeros || size < whole;
        for (int i = 0; i < size; i++)
            a[i] = p[start + i] * o->unit;
        if (own)
            for (int i = 0; i < size; i++)
                x[i] = scaled[0].high, rest[i] = scaled[0].low;
        else
            for (int i = 0; i < size; i++) {
                x[i] = q[start + i] * ratio.high;
                rest[i] = FN(rest_of)(q[start + i], ratio.high, x[i]) + q[start + i] * ratio.low;
            }
        for (int i = size; i < whole; i++)
            a[i] = x[i] = rest[i] = 0.0;
        if (some)
            for (int i = 0; i < whole; i++) {
                const double first = a[i], second = x[i], more = rest[i];
                const int inside = (first > 0.0) & (second > 0.0);
                alone[0][i] = inside ? -1.0 : first;
                alone[1][i] = inside ? 0.0 : second;
                a[i] = inside ? first : 1.0;
                x[i] = inside ? second : 1.0;
                rest[i] = inside ? more : 0.0;
            }
        (own ? FN(entropy_tile) : FN(power_tile))(o, a, x, rest, t, f, whole);
        if (some) {
            for (int i = 0; i < whole; i++) {
                const double only = alone[0][i], term = t[i], power = f[i];
                const int inside = only == -1.0;
                t[i] = inside ? term : 0.0;
                f[i] = inside ? power : 0.0;
                alone[0][i] = inside ? 0.0 : only;
            }
            for (int k = 0; k < 2 && !own; k++)
                FN(add)(alone[k], whole / WIDE, &sums[2 + k]);
        }
        FN(add)(t, whole / WIDE, &sums[0]);
        if (o->powers)
            FN(add)(f, whole / WIDE, &sums[1]);
    }
    for (int k = 0; k < 4; k++) {
        join(&sums[k]);
        out[k] = word(&sums[k], 0);
    }
}

/* For some rows, four places each of `out`: the first holds the order; they take the four sums. */
TARGET static void FN(powers)(const Job *job, double *p, double *q, int own)
{
    for (ptrdiff_t row = job->begin; row < job->end; row += 4) {
        const double *x = line(&job->p, job, row, p), *y = own ? x : line(&job->q, job, row, q);
        double *out = job->out + row;
        Totals totals;
        Order o;
        Word found[4];
        int zeros = FN(measure)(x, job->n, &totals, 0, job->found);
        if (own)
            totals.mass[1] = totals.mass[0], totals.positive[1] = totals.positive[0];
        else
            zeros |= FN(measure)(y, job->n, &totals, 1, job->found);
        const int exchanged = set_order(&o, out[0], totals.mass, own);
        if (exchanged) {
            const Word mass[2] = {totals.mass[1], totals.mass[0]};
            FN(power_sum)(&o, y, x, job->n, mass, own, zeros, found);
        } else {
            FN(power_sum)(&o, x, y, job->n, totals.mass, own, zeros, found);
        }
        const double total = totals.mass[exchanged].high * o.unit;
        for (int k = 0; k < 4; k++)
            out[k] = found[k].high / total;
        int fine = o.served && out[0] < MAX_SUM && out[1] < MAX_SUM
                   && (out[0] >= (own ? MIN_FIRST_ORDER : MIN_SECOND_ORDER) || (out[0] == 0.0 && !own));
        fine &= !(own && zeros && o.a < 0.0);
        for (int k = 0; k < 2; k++)
            fine &= totals.positive[k] >= TINY * totals.mass[k].high;
        if (o.powers && own)
            fine &= out[1] > 1.0 / MAX_SUM;
        out[0] = fine ? checked(out[0], x, 1, y, 1, job->n) : NAN;
    }
}
