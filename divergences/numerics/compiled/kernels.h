/* Exact sums over finite distributions: what the loops of all instruction sets have in common. */

#include <float.h>
#include <stddef.h>

#include "elementary.h"
#include "terms.h"

#define WIDE 16 /* sums side by side */
#define DEEP 32 /* outcomes of each in a tile, which the nearest cache holds with all that it makes */
#define TILE (WIDE * DEEP)
#define LONG 256 /* rows of so many outcomes are cut into parts */
#define AXES 32
#define SERIES 30 /* coefficients of terms of any order */
#define MAX_SUM 1e250 /* a sum of powers that has not overflowed */
#define BRIEF 65536  /* outcomes of vectors that are summed at once */
#define SLACK 1e-9 /* totals within it are plainly those of probabilities */

/* Smaller shares may make a quotient overflow. */
#define TINY 1e-290
/* Results from here on are certified, of second and of first order in p - q: see
   docs/numerics/summation.md. */
#define MIN_SECOND_ORDER 0x1p-90
#define MIN_FIRST_ORDER 0x1p-45
#define NEAR_LOG 2.0 /* log ratios, past those of terms that are not summed by their textbook form */
#define MIN_OF_LOGS 0x1p-40 /* of logarithms */
#define MAX_ORDER_OF_LOGS 4.0 /* orders, by which an error of the ratio of totals is magnified */
#define MIN_OF_TABLE 0x1p-72 /* of masses beside sums of them */

typedef void (*Term)(const double *, const double *, const double *, const double *, double *, int);

typedef struct {
    const char *name;
    double at_p_zero, at_q_zero;
    int symmetric, kind;
} Member;

/* What the third argument of a term is: p - q, on which it depends to first or second order, or the
   total of Q less q. */
enum { FIRST_ORDER, SECOND_ORDER, SURPRISALS };

typedef struct {
    double high, low;
} Word;

typedef struct {
    double high[WIDE], low[WIDE];
} Sums;

/* What Q is scaled by, once both are exchanged if `swapped`. */
typedef struct {
    double high[WIDE], low[WIDE];
    double swapped[WIDE];
    int any;
} Ratio;

/* Of P and of Q: the total, and the least mass that is positive; and whether any is zero. */
typedef struct {
    Word mass[2];
    double positive[2];
    int zeros;
} Totals;

typedef struct {
    const char *data;
    ptrdiff_t step, steps[AXES];
    int single; /* precision */
} Side;

/* The least masses, and the least and the greatest total, of P and of Q. */
typedef struct {
    double least[2], low[2], high[2];
} Found;

typedef struct {
    Side p, q;
    int axes;
    ptrdiff_t shape[AXES], n, begin, end, columns;
    const Member *member;
    double *out;
    Found *found;
} Job;

static double rest_of_baseline(double, double, double);

/* Tables of so many `rows` and columns, one after the other; of mixtures with their weights. */
typedef struct {
    const double *x, *weights;
    ptrdiff_t rows, n, begin, end;
    const Member *member;
    double *out, *room;
    Found *found;
} Tables;

/* An order of powers. Of two distributions it is reduced: the base is P for orders beyond 1/2, and the
   order then one less that of Q, whose difference from one is exact. */
typedef struct {
    double a, rest, rest_low; /* the order, and one less the order */
    double divisor, product;  /* of exp(z) - 1; a (a - 1) */
    double reach;             /* of log ratios for which terms come from a series */
    double unit;              /* a power of two that brings the total of P near one */
    double ahead[SERIES], behind[SERIES];
    int kind, swapped, powers, served;
} Order;

/* Orders whose terms need no logarithm: 1/2; 2, or -1 of two distributions. */
enum { ANY, HALF, SQUARE };

static const Member MEMBER_TABLE[] = {
#define X(qualified, name, p, q, symmetric, kind) {qualified, p, q, symmetric, kind},
    MEMBERS(X)
#undef X
};
#define COUNT ((int)(sizeof MEMBER_TABLE / sizeof MEMBER_TABLE[0]))

static void clear(Sums *sums) { memset(sums, 0, sizeof *sums); }

static void fill(double *least)
{
    for (int j = 0; j < WIDE; j++)
        least[j] = INFINITY;
}

static int less(Word x, Word y) { return x.high < y.high || (x.high == y.high && x.low < y.low); }

/* A sum as a normalised double word; the low word of an infinite one is not known. */
static Word word(const Sums *sums, int j)
{
    const double high = sums->high[j], total = high + sums->low[j];
    const Word infinite = {high, 0.0}, finite = {total, sums->low[j] - (total - high)};
    return isinf(high) ? infinite : finite;
}

/* Add a double word to the first of the sums. */
static void include(Sums *sums, Word x)
{
    const double high = sums->high[0], total = high + x.high, added = total - high;
    sums->low[0] += ((high - (total - added)) + (x.high - added)) + x.low;
    sums->high[0] = total;
}

/* Add all sums to the first. */
static void join(Sums *sums)
{
    for (int j = 1; j < WIDE; j++) {
        const Word x = {sums->high[j], sums->low[j]};
        include(sums, x);
    }
}

/* Note what is known of a side; return whether a mass is zero (or negative, or NaN). */
static int note(Totals *totals, int k, Word mass, double least, const double *x, ptrdiff_t n,
                ptrdiff_t step, Found *found)
{
    double positive = least;
    if (!(least > 0.0)) {
        positive = INFINITY;
        for (ptrdiff_t i = 0; i < n; i++)
            positive = x[i * step] > 0.0 ? lesser(x[i * step], positive) : positive;
    }
    totals->mass[k] = mass;
    totals->positive[k] = positive;
    found->least[k] = lesser(least, found->least[k]);
    found->low[k] = lesser(mass.high, found->low[k]);
    found->high[k] = greater(mass.high, found->high[k]);
    return !(least > 0.0);
}

/* The ratio of two totals, as a double word. */
static Word ratio_of(Word a, Word b)
{
    const double high = a.high / b.high, product = high * b.high;
    const double rest = rest_of_baseline(high, b.high, product);
    const Word ratio = {high, ((((a.high - product) - rest) + a.low) - high * b.low) / b.high};
    return ratio;
}

/* What Q is scaled by, as a double word: the ratio of the totals; or the total of Q, for lengths. Of
   a symmetric term the lesser total is scaled, so that it is symmetric bit for bit. */
static void set_ratio(const Member *member, const Word *mass, Ratio *ratio, int j)
{
    const int swapped = member->symmetric && less(mass[0], mass[1]);
    const Word b = mass[!swapped];
    const Word factor = member->kind == SURPRISALS ? b : ratio_of(mass[swapped], b);
    ratio->high[j] = factor.high;
    ratio->low[j] = factor.low;
    ratio->swapped[j] = swapped;
    ratio->any |= swapped;
}

/* The inverse of a total, as a double word. */
static Word inverse_of(Word mass)
{
    const double high = 1.0 / mass.high, product = high * mass.high;
    const Word inverse = {high, (((1.0 - product) - rest_of_baseline(high, mass.high, product))
                                 - high * mass.low) / mass.high};
    return inverse;
}

/* Prepare for the powers of an order; return whether P and Q are to be exchanged: for order 1/2 the
   lesser total is scaled, so that quantities of that order are symmetric bit for bit. */
static int set_order(Order *o, double order, const Word *mass, int own)
{
    const int exchanged = order == 0.5 && !own && less(mass[0], mass[1]);
    const double total = mass[exchanged].high;
    const uint64_t exponent = bits_of(total) >> 52;
    const double size = fabs(order);
    o->swapped = !own && order > 0.5;
    o->a = o->swapped ? 1.0 - order : order;
    o->rest = 1.0 - o->a;
    o->rest_low = (1.0 - (o->rest - (o->rest - 1.0))) + (-o->a - (o->rest - 1.0));
    o->served = size <= 100.0 && (o->a == 0.0 || fabs(o->a) >= 1e-100) && exponent > 0 && exponent < 2046;
    o->unit = o->served ? float_of((2046 - exponent) << 52) : 1.0;
    o->kind = order == 0.5 ? HALF : order == 2.0 || (!own && order == -1.0) ? SQUARE : ANY;
    o->powers = own || (order >= 0.0 && order <= 1.0);
    o->divisor = own ? (o->rest == 0.0 ? 1.0 : o->rest) : (o->a == 0.0 ? 1.0 : o->a);
    o->product = o->a * (o->a - 1.0);
    o->reach = lesser(2.0, 1.6 / greater(fabs(o->a), 0.1));
    double factorial = 1.0, ahead = 0.0, behind = 0.0;
    for (int k = 0; k < SERIES; k++) {
        factorial *= k + 2;
        ahead = 1.0 + o->a * ahead;
        behind = 1.0 + o->rest * behind;
        o->ahead[k] = ahead / factorial;
        o->behind[k] = behind / factorial;
    }
    return exchanged;
}

/* The sum over distributions of mass one; NaN where this way does not certify it. */
static double certified(const Member *member, const Totals *totals, double value)
{
    const int swapped = member->symmetric && less(totals->mass[0], totals->mass[1]);
    for (int k = 0; k < 2; k++)
        if (!(totals->positive[k] >= TINY * totals->mass[k].high))
            return NAN;
    value /= totals->mass[swapped].high;
    return value >= (member->kind == SECOND_ORDER ? MIN_SECOND_ORDER : MIN_FIRST_ORDER) || value == 0.0 ? value
                                                                                          : NAN;
}

/* A result that may be zero only if two distributions are equal. */
static double checked(double value, const double *p, ptrdiff_t step_p, const double *q,
                      ptrdiff_t step_q, ptrdiff_t n)
{
    for (ptrdiff_t i = 0; value == 0.0 && i < n; i++)
        if (p[i * step_p] != q[i * step_q])
            return NAN;
    return value;
}

static void expect_any(Found *found)
{
    for (int k = 0; k < 2; k++) {
        found->least[k] = found->low[k] = INFINITY;
        found->high[k] = -INFINITY;
    }
}

static const char *start(const Side *side, const Job *job, ptrdiff_t row)
{
    const char *data = side->data;
    for (int k = job->axes - 1; k >= 0 && row; k--) {
        data += side->steps[k] * (row % job->shape[k]);
        row /= job->shape[k];
    }
    return data;
}

/* Whether both sides are one. */
static int same(const Side *p, const Side *q, const Job *job)
{
    return p->data == q->data && p->step == q->step && p->single == q->single
           && memcmp(p->steps, q->steps, (size_t)job->axes * sizeof p->steps[0]) == 0;
}

/* Read rows into columns; columns that no row is left for repeat the last. */
static void load(const Side *side, const Job *job, ptrdiff_t begin, int count, double *x)
{
    const ptrdiff_t step = side->step;
    for (int j = 0; j < WIDE; j++) {
        if (j >= count) {
            for (ptrdiff_t i = 0; i < job->n; i++)
                x[i * WIDE + j] = x[i * WIDE + count - 1];
            continue;
        }
        const char *data = start(side, job, begin + j);
        if (side->single)
            for (ptrdiff_t i = 0; i < job->n; i++)
                x[i * WIDE + j] = *(const float *)(data + i * step);
        else
            for (ptrdiff_t i = 0; i < job->n; i++)
                x[i * WIDE + j] = *(const double *)(data + i * step);
    }
}

/* A row as it lies in memory, or a copy of it. */
static const double *line(const Side *side, const Job *job, ptrdiff_t row, double *copy)
{
    const char *data = start(side, job, row);
    if (side->single)
        for (ptrdiff_t i = 0; i < job->n; i++)
            copy[i] = *(const float *)(data + i * side->step);
    else if (side->step != sizeof(double))
        for (ptrdiff_t i = 0; i < job->n; i++)
            copy[i] = *(const double *)(data + i * side->step);
    else
        return (const double *)data;
    return copy;
}

/* Whether it matters that a mass of a finite logarithm has underflowed: where the other makes it, or
   the limit at zero is infinite, or the ratio of two such is extreme. */
static int underflow_matters(const Member *member, const double *a, const double *b, const double *p,
                             const double *q, ptrdiff_t n)
{
    for (ptrdiff_t i = 0; i < n; i++) {
        const int lost_p = !(p[i] >= TINY) && a[i] > -INFINITY;
        const int lost_q = !(q[i] >= TINY) && b[i] > -INFINITY;
        if (lost_p && isinf(q[i] >= TINY ? member->at_p_zero : lost_q ? 0.0 : member->at_q_zero))
            return 1;
        if (lost_q && isinf(p[i] >= TINY ? member->at_q_zero : lost_p ? 0.0 : member->at_p_zero))
            return 1;
        if (lost_p && lost_q && !(fabs(a[i] - b[i]) <= 1e6))
            return 1;
    }
    return 0;
}

#define TARGET
#define FN(name) name##_baseline
#define FUSED 0
#if defined(__GNUC__)
#define PACK 2
#else
#define PACK 1
#endif
#include "loops.h"
#include "joint.h"
#include "logs.h"
#include "powers.h"
#include "log_powers.h"
#undef TARGET
#undef FN
#undef FUSED
#undef PACK

#if defined(__GNUC__) && defined(__x86_64__)
#define TARGET __attribute__((target("avx2,fma")))
#define FN(name) name##_avx2
#define FUSED 1
#define PACK 4
#include "loops.h"
#include "joint.h"
#include "logs.h"
#include "powers.h"
#include "log_powers.h"
#undef TARGET
#undef FN
#define TARGET __attribute__((target("avx2,fma,avx512f,avx512dq,avx512vl,prefer-vector-width=512")))
#define FN(name) name##_avx512
#undef PACK
#define PACK 8
#include "loops.h"
#include "joint.h"
#include "logs.h"
#include "powers.h"
#include "log_powers.h"
#undef TARGET
#undef FN
#undef FUSED
#undef PACK
#endif
