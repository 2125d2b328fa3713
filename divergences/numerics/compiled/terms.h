/* Printed from the members' formulas by `python -m divergences.testing.terms`. */

INLINE double term_chi_squared_divergence(double p, double q, double d)
{
    (void)p;
    const double v0 = d / q;
    const double v1 = d * v0;
    return v1;
}

INLINE double term_hellinger_distance(double p, double q, double d)
{
    const double v0 = sqrt(p);
    const double v1 = sqrt(q);
    const double v2 = v0 + v1;
    const double v3 = d / v2;
    const double v4 = v3 * v3;
    return v4;
}

INLINE double term_jeffreys_divergence(double p, double q, double d)
{
    const double v0 = fabs(d);
    const double v1 = p + q;
    const double v2 = v0 / v1;
    const double v3 = v2 * v2;
    const double v4 = v2 * v3;
    const double v5 = v3 - 0.21875;
    const double v6 = -3.175065060203947e-05 * v5;
    const double v7 = v6 + -0.0007633205381415042;
    const double v8 = v7 * v5;
    const double v9 = v8 + 0.08610850459719918;
    const double v10 = v9 * v5;
    const double v11 = v10 + -0.5701543541796071;
    const double v12 = v11 * v5;
    const double v13 = v12 + 1.2877616835897006;
    const double v14 = v13 * v5;
    const double v15 = v14 + -1.1890647204915248;
    const double v16 = v15 * v5;
    const double v17 = v16 + 0.38533807929213076;
    const double v18 = -0.11404405929956098 * v5;
    const double v19 = v18 + 1.097092270976528;
    const double v20 = v19 * v5;
    const double v21 = v20 + -3.6560588368935276;
    const double v22 = v21 * v5;
    const double v23 = v22 + 5.495507679755141;
    const double v24 = v23 * v5;
    const double v25 = v24 + -3.8212178534432693;
    const double v26 = v25 * v5;
    const double v27 = v26 + 1.0;
    const double v28 = v17 / v27;
    const double v29 = v4 * v28;
    const double v30 = v2 + v29;
    const double v31 = 2.0 * v30;
    const double v32 = greater(p, q);
    const double v33 = lesser(p, q);
    const double v34 = v32 / v33;
    const double v35 = log_of(v34);
    const int v36 = v2 < 0.65;
    const double v37 = fabs(v35);
    const double v38 = v36 ? v31 : v37;
    const double v39 = v0 * v38;
    return v39;
}

INLINE double term_jensen_shannon_deficit(double p, double q, double d)
{
    (void)d;
    const double v0 = lesser(p, q);
    const double v1 = greater(p, q);
    const double v2 = v0 / v1;
    const double v3 = p + q;
    const double v4 = log1p_of(v2);
    const double v5 = v3 * v4;
    const double v6 = greater(v2, 5e-324);
    const double v7 = log_of(v6);
    const double v8 = v0 * v7;
    const double v9 = v5 - v8;
    return v9;
}

INLINE double term_jensen_shannon_distance(double p, double q, double d)
{
    const double v0 = fabs(d);
    const double v1 = p + q;
    const double v2 = v0 / v1;
    const int v3 = v2 < 0.65;
    const double v4 = 0.5 * v0;
    const double v5 = v2 * v2;
    const double v6 = v5 - 0.21875;
    const double v7 = -0.00013381976138250313 * v6;
    const double v8 = v7 + 0.02113896258502966;
    const double v9 = v8 * v6;
    const double v10 = v9 + -0.17988542122436935;
    const double v11 = v10 * v6;
    const double v12 = v11 + 0.483551897143267;
    const double v13 = v12 * v6;
    const double v14 = v13 + -0.5091734775982228;
    const double v15 = v14 * v6;
    const double v16 = v15 + 0.1832328973213551;
    const double v17 = -0.032060545298523466 * v6;
    const double v18 = v17 + 0.4572713099463027;
    const double v19 = v18 * v6;
    const double v20 = v19 + -2.039903284419088;
    const double v21 = v20 * v6;
    const double v22 = v21 + 3.8625040802390616;
    const double v23 = v22 * v6;
    const double v24 = v23 + -3.249671797790872;
    const double v25 = v24 * v6;
    const double v26 = v25 + 1.0;
    const double v27 = v16 / v26;
    const double v28 = v5 * v27;
    const double v29 = v2 * v28;
    const double v30 = v2 + v29;
    const double v31 = v4 * v30;
    const double v32 = 1.0 - v2;
    const double v33 = 1.0 + v2;
    const double v34 = v32 * v33;
    const double v35 = greater(v34, 1.1102230246251565e-16);
    const double v36 = log_of(v33);
    const double v37 = v0 * v36;
    const double v38 = lesser(p, q);
    const double v39 = log_of(v35);
    const double v40 = v38 * v39;
    const double v41 = v37 + v40;
    const double v42 = v3 ? v31 : v41;
    return v42;
}

INLINE double term_kl_divergence(double p, double q, double d)
{
    const double v0 = p + q;
    const double v1 = d / v0;
    const double v2 = d * v1;
    const double v3 = 2.0 * p;
    const double v4 = v1 * v1;
    const double v5 = v1 * v4;
    const double v6 = v4 - 0.21875;
    const double v7 = -3.175065060203947e-05 * v6;
    const double v8 = v7 + -0.0007633205381415042;
    const double v9 = v8 * v6;
    const double v10 = v9 + 0.08610850459719918;
    const double v11 = v10 * v6;
    const double v12 = v11 + -0.5701543541796071;
    const double v13 = v12 * v6;
    const double v14 = v13 + 1.2877616835897006;
    const double v15 = v14 * v6;
    const double v16 = v15 + -1.1890647204915248;
    const double v17 = v16 * v6;
    const double v18 = v17 + 0.38533807929213076;
    const double v19 = -0.11404405929956098 * v6;
    const double v20 = v19 + 1.097092270976528;
    const double v21 = v20 * v6;
    const double v22 = v21 + -3.6560588368935276;
    const double v23 = v22 * v6;
    const double v24 = v23 + 5.495507679755141;
    const double v25 = v24 * v6;
    const double v26 = v25 + -3.8212178534432693;
    const double v27 = v26 * v6;
    const double v28 = v27 + 1.0;
    const double v29 = v18 / v28;
    const double v30 = v5 * v29;
    const double v31 = v3 * v30;
    const double v32 = v2 + v31;
    const double v33 = fabs(v1);
    const int v34 = v33 < 0.65;
    const double v35 = p / q;
    const double v36 = log_of(v35);
    const double v37 = p * v36;
    const double v38 = v37 - d;
    const double v39 = v34 ? v32 : v38;
    return v39;
}

INLINE double term_total_variation_distance(double p, double q, double d)
{
    (void)p;
    (void)q;
    const double v0 = fabs(d);
    return v0;
}

INLINE double term_triangular_discrimination(double p, double q, double d)
{
    const double v0 = p + q;
    const double v1 = d / v0;
    const double v2 = d * v1;
    return v2;
}

INLINE double term_cross_entropy(double p, double q, double d)
{
    const double v0 = d / q;
    const double v1 = log1p_of(v0);
    const double v2 = p * v1;
    return v2;
}

INLINE double log_term_chi_squared_divergence(double p, double q, double d, double y)
{
    (void)p;
    (void)y;
    const double v0 = d / q;
    const double v1 = d * v0;
    return v1;
}

INLINE double log_term_hellinger_distance(double p, double q, double d, double y)
{
    (void)y;
    const double v0 = sqrt(p);
    const double v1 = sqrt(q);
    const double v2 = v0 + v1;
    const double v3 = d / v2;
    const double v4 = v3 * v3;
    return v4;
}

INLINE double log_term_jeffreys_divergence(double p, double q, double d, double y)
{
    const double v0 = fabs(d);
    const double v1 = p + q;
    const double v2 = v0 / v1;
    const double v3 = v2 * v2;
    const double v4 = v2 * v3;
    const double v5 = v3 - 0.21875;
    const double v6 = -3.175065060203947e-05 * v5;
    const double v7 = v6 + -0.0007633205381415042;
    const double v8 = v7 * v5;
    const double v9 = v8 + 0.08610850459719918;
    const double v10 = v9 * v5;
    const double v11 = v10 + -0.5701543541796071;
    const double v12 = v11 * v5;
    const double v13 = v12 + 1.2877616835897006;
    const double v14 = v13 * v5;
    const double v15 = v14 + -1.1890647204915248;
    const double v16 = v15 * v5;
    const double v17 = v16 + 0.38533807929213076;
    const double v18 = -0.11404405929956098 * v5;
    const double v19 = v18 + 1.097092270976528;
    const double v20 = v19 * v5;
    const double v21 = v20 + -3.6560588368935276;
    const double v22 = v21 * v5;
    const double v23 = v22 + 5.495507679755141;
    const double v24 = v23 * v5;
    const double v25 = v24 + -3.8212178534432693;
    const double v26 = v25 * v5;
    const double v27 = v26 + 1.0;
    const double v28 = v17 / v27;
    const double v29 = v4 * v28;
    const double v30 = v2 + v29;
    const double v31 = 2.0 * v30;
    const int v32 = v2 < 0.65;
    const double v33 = fabs(y);
    const double v34 = v32 ? v31 : v33;
    const double v35 = v0 * v34;
    return v35;
}

INLINE double log_term_jensen_shannon_deficit(double p, double q, double d, double y)
{
    (void)d;
    (void)y;
    const double v0 = lesser(p, q);
    const double v1 = greater(p, q);
    const double v2 = v0 / v1;
    const double v3 = p + q;
    const double v4 = log1p_of(v2);
    const double v5 = v3 * v4;
    const double v6 = greater(v2, 5e-324);
    const double v7 = log_of(v6);
    const double v8 = v0 * v7;
    const double v9 = v5 - v8;
    return v9;
}

INLINE double log_term_jensen_shannon_distance(double p, double q, double d, double y)
{
    (void)y;
    const double v0 = fabs(d);
    const double v1 = p + q;
    const double v2 = v0 / v1;
    const int v3 = v2 < 0.65;
    const double v4 = 0.5 * v0;
    const double v5 = v2 * v2;
    const double v6 = v5 - 0.21875;
    const double v7 = -0.00013381976138250313 * v6;
    const double v8 = v7 + 0.02113896258502966;
    const double v9 = v8 * v6;
    const double v10 = v9 + -0.17988542122436935;
    const double v11 = v10 * v6;
    const double v12 = v11 + 0.483551897143267;
    const double v13 = v12 * v6;
    const double v14 = v13 + -0.5091734775982228;
    const double v15 = v14 * v6;
    const double v16 = v15 + 0.1832328973213551;
    const double v17 = -0.032060545298523466 * v6;
    const double v18 = v17 + 0.4572713099463027;
    const double v19 = v18 * v6;
    const double v20 = v19 + -2.039903284419088;
    const double v21 = v20 * v6;
    const double v22 = v21 + 3.8625040802390616;
    const double v23 = v22 * v6;
    const double v24 = v23 + -3.249671797790872;
    const double v25 = v24 * v6;
    const double v26 = v25 + 1.0;
    const double v27 = v16 / v26;
    const double v28 = v5 * v27;
    const double v29 = v2 * v28;
    const double v30 = v2 + v29;
    const double v31 = v4 * v30;
    const double v32 = 1.0 - v2;
    const double v33 = 1.0 + v2;
    const double v34 = v32 * v33;
    const double v35 = greater(v34, 1.1102230246251565e-16);
    const double v36 = log_of(v33);
    const double v37 = v0 * v36;
    const double v38 = lesser(p, q);
    const double v39 = log_of(v35);
    const double v40 = v38 * v39;
    const double v41 = v37 + v40;
    const double v42 = v3 ? v31 : v41;
    return v42;
}

INLINE double log_term_kl_divergence(double p, double q, double d, double y)
{
    const double v0 = p + q;
    const double v1 = d / v0;
    const double v2 = d * v1;
    const double v3 = 2.0 * p;
    const double v4 = v1 * v1;
    const double v5 = v1 * v4;
    const double v6 = v4 - 0.21875;
    const double v7 = -3.175065060203947e-05 * v6;
    const double v8 = v7 + -0.0007633205381415042;
    const double v9 = v8 * v6;
    const double v10 = v9 + 0.08610850459719918;
    const double v11 = v10 * v6;
    const double v12 = v11 + -0.5701543541796071;
    const double v13 = v12 * v6;
    const double v14 = v13 + 1.2877616835897006;
    const double v15 = v14 * v6;
    const double v16 = v15 + -1.1890647204915248;
    const double v17 = v16 * v6;
    const double v18 = v17 + 0.38533807929213076;
    const double v19 = -0.11404405929956098 * v6;
    const double v20 = v19 + 1.097092270976528;
    const double v21 = v20 * v6;
    const double v22 = v21 + -3.6560588368935276;
    const double v23 = v22 * v6;
    const double v24 = v23 + 5.495507679755141;
    const double v25 = v24 * v6;
    const double v26 = v25 + -3.8212178534432693;
    const double v27 = v26 * v6;
    const double v28 = v27 + 1.0;
    const double v29 = v18 / v28;
    const double v30 = v5 * v29;
    const double v31 = v3 * v30;
    const double v32 = v2 + v31;
    const double v33 = fabs(v1);
    const int v34 = v33 < 0.65;
    const double v35 = p * y;
    const double v36 = v35 - d;
    const double v37 = v34 ? v32 : v36;
    return v37;
}

INLINE double log_term_total_variation_distance(double p, double q, double d, double y)
{
    (void)p;
    (void)q;
    (void)y;
    const double v0 = fabs(d);
    return v0;
}

INLINE double log_term_triangular_discrimination(double p, double q, double d, double y)
{
    (void)y;
    const double v0 = p + q;
    const double v1 = d / v0;
    const double v2 = d * v1;
    return v2;
}

INLINE double log_term_cross_entropy(double p, double q, double d, double y)
{
    (void)y;
    const double v0 = d / q;
    const double v1 = log1p_of(v0);
    const double v2 = p * v1;
    return v2;
}

INLINE double js_halves_difference(double p, double q, double d)
{
    const double v0 = fabs(d);
    const double v1 = p + q;
    const double v2 = v0 / v1;
    const double v3 = 1.0 - v2;
    const double v4 = 1.0 + v2;
    const double v5 = v3 * v4;
    const double v6 = greater(v5, 1.1102230246251565e-16);
    const double v7 = log_of(v4);
    const double v8 = v1 * v7;
    const double v9 = v0 - v8;
    const double v10 = lesser(p, q);
    const double v11 = log_of(v6);
    const double v12 = v10 * v11;
    const double v13 = v9 + v12;
    const int v14 = v2 < 0.65;
    const double v15 = 0.5 * v0;
    const double v16 = v2 * v2;
    const double v17 = v16 - 0.21875;
    const double v18 = 0.04004413528240085 * v17;
    const double v19 = v18 + 0.03944365087064278;
    const double v20 = v19 * v17;
    const double v21 = v20 + 0.03574857620670714;
    const double v22 = v21 * v17;
    const double v23 = v22 + 0.038097952059704975;
    const double v24 = v23 * v17;
    const double v25 = v24 + 0.04310162352041299;
    const double v26 = v25 * v17;
    const double v27 = v26 + 0.05262997465021484;
    const double v28 = v27 * v17;
    const double v29 = v28 + 0.07283807432849779;
    const double v30 = v29 * v17;
    const double v31 = v30 + 0.12576467563775867;
    const double v32 = v31 * v17;
    const double v33 = v32 + 0.35782705481699945;
    const double v34 = v16 * v33;
    const double v35 = v15 * v34;
    const double v36 = v14 ? v35 : v13;
    const int v37 = d < 0.0;
    const double v38 = -v36;
    const double v39 = v37 ? v36 : v38;
    return v39;
}

#define TERMS(X) \
    X(term_chi_squared_divergence) \
    X(term_hellinger_distance) \
    X(term_jeffreys_divergence) \
    X(term_jensen_shannon_deficit) \
    X(term_jensen_shannon_distance) \
    X(term_kl_divergence) \
    X(term_total_variation_distance) \
    X(term_triangular_discrimination) \
    X(term_cross_entropy)

#define MEMBERS(X) \
    X("divergences.functionals.chi_squared.ChiSquared", term_chi_squared_divergence, 1.0, INFINITY, 0, 1) \
    X("divergences.functionals.hellinger.Hellinger", term_hellinger_distance, 1.0, 1.0, 1, 1) \
    X("divergences.functionals.jeffreys.Jeffreys", term_jeffreys_divergence, INFINITY, INFINITY, 1, 1) \
    X("divergences.functionals.jensen_shannon.JensenShannonDeficit", term_jensen_shannon_deficit, 0.0, 0.0, 1, 1) \
    X("divergences.functionals.jensen_shannon.JensenShannonDistance", term_jensen_shannon_distance, 0.6931471805599453, 0.6931471805599453, 1, 1) \
    X("divergences.functionals.jensen_shannon.JensenShannon", term_jensen_shannon_distance, 0.6931471805599453, 0.6931471805599453, 1, 1) \
    X("divergences.functionals.kullback_leibler.KullbackLeibler", term_kl_divergence, 1.0, INFINITY, 0, 1) \
    X("divergences.functionals.mutual_information.MutualInformation", term_kl_divergence, 1.0, INFINITY, 0, 1) \
    X("divergences.functionals.total_variation.TotalVariation", term_total_variation_distance, 1.0, 1.0, 1, 0) \
    X("divergences.functionals.triangular.Triangular", term_triangular_discrimination, 1.0, 1.0, 1, 1) \
    X("cross_entropy", term_cross_entropy, 0.0, INFINITY, 0, 2)
