/* Elementary functions of one double, without a branch or a call: loops over them vectorise. */

#include <math.h>
#include <stdint.h>
#include <string.h>

#if defined(__GNUC__)
#define INLINE static inline __attribute__((always_inline))
#elif defined(_MSC_VER)
#define INLINE static __forceinline
#else
#define INLINE static inline
#endif

#if defined(__GNUC__)
#define APART __attribute__((noinline))
#else
#define APART
#endif

INLINE uint64_t bits_of(double x)
{
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

INLINE double float_of(uint64_t bits)
{
    double x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

/* x where all bits of `mask` are set, y where none is: both are read, so that loops vectorise. */
INLINE double chosen(uint64_t mask, double x, double y)
{
    return float_of((bits_of(x) & mask) | (bits_of(y) & ~mask));
}

INLINE double lesser(double x, double y) { return x < y ? x : y; }

INLINE double greater(double x, double y) { return x > y ? x : y; }

/* log x of a positive normal number, to less than a unit in the last place.

   With x = 2^k (1 + f), sqrt(1/2) < 1 + f < sqrt 2, and s = f / (2 + f), log(1 + f) is
   f - f^2/2 + s (f^2/2 + R), R being a polynomial in s^2: as in FreeBSD's e_log.c (Ng, 1993), whose
   coefficients these are. The exponent becomes a double by way of the significand of 2^52: vectors
   have no conversion of 64-bit integers before AVX-512. */
INLINE double log_of(double x)
{
    const uint64_t root = 0x3FE6A09E667F3BCDu, one = 0x3FF0000000000000u;
    const uint64_t bits = bits_of(x) - root + one;
    const double k = float_of((bits >> 52) | 0x4330000000000000u) - (4503599627370496.0 + 1023.0);
    const double f = float_of((bits & 0x000FFFFFFFFFFFFFu) + root) - 1.0;
    const double s = f / (2.0 + f), z = s * s, w = z * z;
    const double even = (1.531383769920937332e-01 * w + 2.222219843214978396e-01) * w
                        + 3.999999999940941908e-01;
    const double odd = ((1.479819860511658591e-01 * w + 1.818357216161805012e-01) * w
                        + 2.857142874366239149e-01) * w + 6.666666666666735130e-01;
    const double half = 0.5 * f * f, rest = z * odd + w * even;
    return k * 6.93147180369123816490e-01
           - ((half - (s * (half + rest) + k * 1.90821492927058770002e-10)) - f);
}

/* log(1 + x), the rounding of 1 + x being made up for. */
INLINE double log1p_of(double x)
{
    const double total = 1.0 + x;
    return log_of(total) + (x - (total - 1.0)) / total;
}

/* exp(r) - 1 = r + r^2/2 + ... for |r| <= log(2)/2, of which the remainder is beneath 2^-57. */
INLINE double expm1_near(double r)
{
    double sum = 1.0 / 87178291200.0;
    sum = sum * r + 1.0 / 6227020800.0;
    sum = sum * r + 1.0 / 479001600.0;
    sum = sum * r + 1.0 / 39916800.0;
    sum = sum * r + 1.0 / 3628800.0;
    sum = sum * r + 1.0 / 362880.0;
    sum = sum * r + 1.0 / 40320.0;
    sum = sum * r + 1.0 / 5040.0;
    sum = sum * r + 1.0 / 720.0;
    sum = sum * r + 1.0 / 120.0;
    sum = sum * r + 1.0 / 24.0;
    sum = sum * r + 1.0 / 6.0;
    sum = sum * r + 0.5;
    return r + r * r * sum;
}

/* The multiple of log 2 nearest to x, |x| < 2^31, as 1.5 2^52 + k: whose last bits are those of k. */
INLINE double multiple_of(double x) { return x * 1.4426950408889634 + 6755399441055744.0; }

/* exp(x + low - k log 2) - 1, with what rounds in the argument made up for. */
INLINE double expm1_reduced(double x, double low, double k)
{
    const double high = x - k * 6.93147180369123816490e-01, rest = k * 1.90821492927058770002e-10;
    const double r = high - rest, value = expm1_near(r), lost = ((high - r) - rest) + low;
    return value + lost * (1.0 + value);
}

/* 2^k of a number that `multiple_of` returns, if that is a normal number. */
INLINE double power_of(double multiple) { return float_of((bits_of(multiple) + 1023u) << 52); }

/* An exponent within 700 of 0, beyond which there is no normal number. */
INLINE double held(double x) { return greater(lesser(x, 700.0), -700.0); }

/* exp(x + low) of x <= 700, or zero if it is beneath the normal numbers. */
INLINE double exp_of(double x, double low)
{
    const double some = x < -708.0 ? -708.0 : x, multiple = multiple_of(some);
    const double value = expm1_reduced(some, x < -708.0 ? 0.0 : low, multiple - 6755399441055744.0);
    return x < -708.0 ? 0.0 : (value + 1.0) * power_of(multiple);
}

/* exp(x + low) - 1 of |x| <= 2. */
INLINE double expm1_of(double x, double low)
{
    const double multiple = multiple_of(x), power = power_of(multiple);
    return power * expm1_reduced(x, low, multiple - 6755399441055744.0) + (power - 1.0);
}

/* x - y, and what it is rounded by. */
INLINE double difference(double x, double y, double *low)
{
    const double high = x - y, part = high - x;
    *low = (x - (high - part)) + (-y - part);
    return high;
}
