/* What Python sees of the loops. Docstrings are here, as comments: `sums.py` is the only caller. */

#define PY_SSIZE_T_CLEAN
#ifndef Py_GIL_DISABLED
#define Py_LIMITED_API 0x030B0000
#endif
#include <Python.h>

#include "kernels.h"

typedef struct {
    const char *name;
    void (*rows)(const Job *, double *, double *);
    void (*pairs)(const Job *, Totals *, double *, double *);
    void (*tables)(const Tables *);
    void (*logs)(const Job *, double *, double *);
    int (*measure)(const double *, ptrdiff_t, Totals *, int, Found *);
    Word (*sum)(const Member *, const double *, const double *, ptrdiff_t, const Word *, int);
    void (*halves)(const double *, const double *, ptrdiff_t, Word *);
    void (*powers)(const Job *, double *, double *, int);
    void (*log_powers)(const Job *, double *, double *, int);
    void (*power_sum)(const Order *, const double *, const double *, ptrdiff_t, const Word *, int, int, Word *);
} Level;

#define LEVEL(name)                                                                                \
    {#name, rows_##name, pairs_##name, tables_##name, logs_##name, measure_##name, sum_##name,      \
     halves_##name, powers_##name, log_powers_##name, power_sum_##name}

static const Level LEVELS[] = {
    LEVEL(baseline),
#if defined(__GNUC__) && defined(__x86_64__)
    LEVEL(avx2),
    LEVEL(avx512),
#endif
};
static const Level *level = &LEVELS[0];

static int count_levels(void)
{
#if defined(__GNUC__) && defined(__x86_64__)
    __builtin_cpu_init();
    const int two = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
    return 1 + two + (two && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq")
                      && __builtin_cpu_supports("avx512vl"));
#else
    return 1;
#endif
}

/* Take an array of native, aligned floats; outcomes come last. Others are for Python to copy. */
static int take(PyObject *array, Py_buffer *view, Side *side, int writable)
{
    const int flags = PyBUF_STRIDES | PyBUF_FORMAT | (writable ? PyBUF_WRITABLE : 0);
    if (PyObject_GetBuffer(array, view, flags) < 0)
        return -1;
    const char *format = view->format ? view->format : "B";
    side->single = format[0] == 'f';
    int served = (format[0] == 'd' || side->single) && !format[1] && view->ndim <= AXES;
    served &= (uintptr_t)view->buf % (size_t)view->itemsize == 0;
    for (int k = 0; k < view->ndim; k++)
        served &= view->strides[k] % view->itemsize == 0;
    if (!served) {
        PyBuffer_Release(view);
        PyErr_SetString(PyExc_BufferError, "pass an aligned array of native floats");
        return -1;
    }
    side->data = view->buf;
    return 0;
}

/* Line a side up with the batch; its last axis holds the outcomes. */
static int align(const Py_buffer *view, Side *side, Job *job)
{
    const int last = view->ndim - 1, missing = job->axes - last;
    if (last < 0 || missing < 0 || (job->n >= 0 && view->shape[last] != job->n))
        return -1;
    job->n = view->shape[last];
    side->step = view->strides[last];
    for (int k = 0; k < job->axes; k++) {
        const ptrdiff_t size = k < missing ? 1 : view->shape[k - missing];
        if (size != 1 && size != job->shape[k])
            return -1;
        side->steps[k] = size == 1 ? 0 : view->strides[k - missing];
    }
    return 0;
}

static PyObject *described(const Found *found)
{
    return Py_BuildValue("dddddd", found->least[0], found->low[0], found->high[0], found->least[1],
                         found->low[1], found->high[1]);
}

/* Fill in a job from (member, p, q, out, begin, end); `axes` of the batch are those of out, or one of
   its two for each side if out is a matrix of all `pairs`. Returns how many views were taken. */
static int prepare(PyObject *arguments, Job *job, Py_buffer *views, int pairs)
{
    PyObject *arrays[3];
    Side out;
    Side *sides[3] = {&job->p, &job->q, &out};
    int index, taken = 0, fits;
    if (!PyArg_ParseTuple(arguments, "iOOOnn", &index, &arrays[0], &arrays[1], &arrays[2],
                          &job->begin, &job->end))
        return 0;
    while (taken < 3 && take(arrays[taken], &views[taken], sides[taken], taken == 2) == 0)
        taken++;
    if (taken < 3)
        return taken;
    const Py_ssize_t *shape = views[2].shape;
    ptrdiff_t count = 1;
    job->n = -1;
    fits = index >= 0 && index < COUNT && !out.single && PyBuffer_IsContiguous(&views[2], 'C')
           && (!pairs || (views[2].ndim == 2 && MEMBER_TABLE[index].kind != SURPRISALS));
    job->axes = pairs ? 1 : views[2].ndim;
    for (int k = 0; fits && k < 2; k++) {
        count = 1;
        for (int axis = 0; axis < job->axes; axis++)
            count *= job->shape[axis] = shape[pairs ? k : axis];
        fits = align(&views[k], sides[k], job) == 0 && (!pairs || views[k].ndim == 2);
    }
    job->columns = pairs ? count : 1;
    if (pairs)
        job->shape[0] = PTRDIFF_MAX; /* rows of both sides are counted from the first */
    fits = fits && job->n > 0 && job->begin >= 0 && job->end <= (pairs ? shape[0] : count);
    if (!fits) {
        PyErr_SetString(PyExc_ValueError, "arrays do not fit together");
        return taken;
    }
    job->member = &MEMBER_TABLE[index];
    job->out = views[2].buf;
    expect_any(job->found);
    return taken;
}

static void release(Py_buffer *views, int taken)
{
    while (taken--)
        PyBuffer_Release(&views[taken]);
}

/* powers(kind, p, q, out, begin, end): the sums of powers of some rows: of both (kind 0) or of P alone,
   which is Q (1), and of unnormalised logarithms likewise (2 and 3). Of every four places of out the first holds the order, and they take the terms of the Tsallis
   entropy or alpha divergence, NaN if not certified; the powers, unless the order is outside [0, 1] and
   there are two; the share that P alone has, and Q. So p and q have one axis more, of one, before
   outcomes. Returns what `rows` does. */
static PyObject *powers(PyObject *self, PyObject *arguments)
{
    Py_buffer views[3];
    Found found;
    Job job;
    (void)self;
    job.found = &found;
    const int taken = prepare(arguments, &job, views, 0);
    const long kind = taken < 3 ? 0 : PyLong_AsLong(PyTuple_GetItem(arguments, 0));
    const int own = kind % 2 == 1, logs = kind > 1;
    double *room = NULL;
    if (!PyErr_Occurred() && (views[2].shape[views[2].ndim - 1] != 4 || job.p.steps[job.axes - 1]
                              || job.q.steps[job.axes - 1] || job.begin % 4 || job.end % 4))
        PyErr_SetString(PyExc_ValueError, "arrays do not fit together");
    if (!PyErr_Occurred() && !(room = PyMem_Malloc((logs ? 7 : 2) * (size_t)job.n * sizeof(double))))
        PyErr_NoMemory();
    if (!PyErr_Occurred()) {
        Py_BEGIN_ALLOW_THREADS
        (logs ? level->log_powers : level->powers)(&job, room, room + job.n, own);
        Py_END_ALLOW_THREADS
    }
    PyMem_Free(room);
    release(views, taken);
    return PyErr_Occurred() ? NULL : described(&found);
}

static PyObject *by_rows(PyObject *arguments, int logs)
{
    Py_buffer views[3];
    Found found;
    Job job;
    job.found = &found;
    const int taken = prepare(arguments, &job, views, 0);
    double *room = NULL;
    if (!PyErr_Occurred()) {
        const size_t size = (size_t)(job.n < LONG && !logs ? WIDE * job.n : job.n);
        if (!(room = PyMem_Malloc((logs ? 7 : 2) * size * sizeof(double))))
            PyErr_NoMemory();
        else {
            Py_BEGIN_ALLOW_THREADS
            (logs ? level->logs : level->rows)(&job, room, room + size);
            Py_END_ALLOW_THREADS
        }
    }
    PyMem_Free(room);
    release(views, taken);
    return PyErr_Occurred() ? NULL : described(&found);
}

/* rows(member, p, q, out, begin, end): sums for some rows of a batch, counted as out lies in memory.
   Returns the least mass, the least and the greatest total of P, and those of Q. */
static PyObject *rows(PyObject *self, PyObject *arguments)
{
    (void)self;
    return by_rows(arguments, 0);
}

/* logs(member, p, q, out, begin, end): the same of unnormalised logarithms; returns nothing of use. */
static PyObject *logs(PyObject *self, PyObject *arguments)
{
    (void)self;
    return by_rows(arguments, 1);
}

/* pairs(member, p, q, out, begin, end): sums for some rows of a matrix P with all rows of Q. */
static PyObject *pairs(PyObject *self, PyObject *arguments)
{
    Py_buffer views[3];
    Found found;
    Job job;
    (void)self;
    job.found = &found;
    const int taken = prepare(arguments, &job, views, 1);
    double *room = NULL;
    Totals *totals = NULL;
    if (!PyErr_Occurred() && job.end > job.begin) {
        const size_t count = (size_t)(job.end - job.begin), n = (size_t)job.n;
        room = PyMem_Malloc(3 * n * (count + WIDE) * sizeof(double));
        totals = PyMem_Malloc(count * sizeof(Totals));
        if (!room || !totals)
            PyErr_NoMemory();
        else {
            Py_BEGIN_ALLOW_THREADS
            level->pairs(&job, totals, room, room + 3 * n * count);
            Py_END_ALLOW_THREADS
        }
    }
    PyMem_Free(room);
    PyMem_Free(totals);
    release(views, taken);
    return PyErr_Occurred() ? NULL : described(&found);
}

/* Take a contiguous array of doubles of so many axes. */
static int take_whole(PyObject *array, Py_buffer *view, int axes, int writable)
{
    if (PyObject_GetBuffer(array, view, PyBUF_ND | PyBUF_FORMAT | (writable ? PyBUF_WRITABLE : 0)) < 0)
        return -1;
    if (view->format && view->format[0] == 'd' && !view->format[1] && view->ndim == axes
        && (uintptr_t)view->buf % sizeof(double) == 0)
        return 0;
    PyBuffer_Release(view);
    PyErr_SetString(PyExc_BufferError, "pass a contiguous array of doubles");
    return -1;
}

/* tables(member, x, weights, out, begin, end): for some of the tables x, of shape (m, rows, n), the sum
   for each and the product of its marginals; or, with weights of shape (rows, 2), double words, the
   mean sum for its rows and their mixture. Returns what `rows` does, of x. */
static PyObject *tables(PyObject *self, PyObject *arguments)
{
    PyObject *arrays[3];
    Py_buffer views[3];
    Found found;
    Tables job;
    int index, taken = 0;
    (void)self;
    if (!PyArg_ParseTuple(arguments, "iOOOnn", &index, &arrays[0], &arrays[2], &arrays[1], &job.begin,
                          &job.end))
        return NULL;
    const int wanted = arrays[2] == Py_None ? 2 : 3, axes[3] = {3, 1, 2};
    while (taken < wanted && take_whole(arrays[taken], &views[taken], axes[taken], taken == 1) == 0)
        taken++;
    job.room = NULL;
    if (taken < wanted)
        goto done;
    job.rows = views[0].shape[1], job.n = views[0].shape[2];
    if (index < 0 || index >= COUNT || MEMBER_TABLE[index].kind == SURPRISALS || job.begin < 0
        || job.rows < 1 || job.n < 1 || job.end > views[0].shape[0] || job.end > views[1].shape[0]
        || (wanted == 3 && (views[2].shape[0] != job.rows || views[2].shape[1] != 2))) {
        PyErr_SetString(PyExc_ValueError, "arrays do not fit together");
        goto done;
    }
    const size_t rows = (size_t)job.rows, n = (size_t)job.n;
    job.room = PyMem_Malloc(wanted == 3 ? (2 * rows + 2) * n * sizeof(double)
                                        : 3 * n * sizeof(double) + rows * sizeof(Totals));
    if (!job.room) {
        PyErr_NoMemory();
        goto done;
    }
    job.x = views[0].buf, job.out = views[1].buf, job.weights = wanted == 3 ? views[2].buf : NULL;
    job.member = &MEMBER_TABLE[index], job.found = &found;
    expect_any(&found);
    Py_BEGIN_ALLOW_THREADS
    level->tables(&job);
    Py_END_ALLOW_THREADS
done:
    PyMem_Free(job.room);
    release(views, taken);
    return PyErr_Occurred() ? NULL : described(&found);
}

/* Take two contiguous vectors of one length; refuse all others by returning -1, with no error. */
static int take_vectors(PyObject *p, PyObject *q, Py_buffer *views)
{
    for (int k = 0; k < 2; k++) {
        const int flags = PyBUF_ND | PyBUF_FORMAT;
        if (PyObject_GetBuffer(k ? q : p, &views[k], flags) == 0) {
            const char *format = views[k].format ? views[k].format : "B";
            if (format[0] == 'd' && !format[1] && views[k].ndim == 1 && views[k].len > 0
                && (uintptr_t)views[k].buf % sizeof(double) == 0 && views[k].len == views[0].len)
                continue;
            PyBuffer_Release(&views[k]);
        }
        PyErr_Clear();
        if (k)
            PyBuffer_Release(&views[0]);
        return -1;
    }
    return 0;
}

/* vector(member, p, q): the sum for two short vectors of probabilities; None if they are not plainly
   so, or the result is not certified. */
static PyObject *vector(PyObject *self, PyObject *arguments)
{
    PyObject *p, *q;
    Py_buffer views[2];
    int index;
    (void)self;
    if (!PyArg_ParseTuple(arguments, "iOO", &index, &p, &q))
        return NULL;
    if (index < 0 || index >= COUNT || take_vectors(p, q, views) < 0)
        Py_RETURN_NONE;
    const ptrdiff_t n = views[0].len / (ptrdiff_t)sizeof(double);
    double value = NAN;
    if (n <= BRIEF) {
        Found found;
        Job job = {{views[0].buf, sizeof(double), {0}, 0}, {views[1].buf, sizeof(double), {0}, 0},
                   0, {0}, n, 0, 1, 1, &MEMBER_TABLE[index], &value, &found};
        expect_any(&found);
        level->rows(&job, NULL, NULL);
        for (int k = 0; k < 2; k++)
            if (!(found.least[k] >= 0.0 && found.low[k] > 1.0 - SLACK && found.high[k] < 1.0 + SLACK))
                value = NAN;
    }
    PyBuffer_Release(&views[0]);
    PyBuffer_Release(&views[1]);
    if (isnan(value))
        Py_RETURN_NONE;
    return PyFloat_FromDouble(value);
}

/* masses(p, q): of each of two parts of vectors, the total as a double word, the least mass, and the
   least that is positive. */
static PyObject *masses(PyObject *self, PyObject *arguments)
{
    PyObject *p, *q;
    Py_buffer views[2];
    Totals t;
    Found found;
    (void)self;
    if (!PyArg_ParseTuple(arguments, "OO", &p, &q))
        return NULL;
    if (take_vectors(p, q, views) < 0)
        return PyErr_Format(PyExc_BufferError, "pass two vectors of one length");
    expect_any(&found);
    Py_BEGIN_ALLOW_THREADS
    for (int k = 0; k < 2; k++) {
        if (k && views[0].buf == views[1].buf) { /* an entropy */
            t.mass[1] = t.mass[0], t.positive[1] = t.positive[0], found.least[1] = found.least[0];
            break;
        }
        level->measure(views[k].buf, views[k].len / (ptrdiff_t)sizeof(double), &t, k, &found);
    }
    Py_END_ALLOW_THREADS
    PyBuffer_Release(&views[0]);
    PyBuffer_Release(&views[1]);
    return Py_BuildValue("dddddddd", t.mass[0].high, t.mass[0].low, t.mass[1].high, t.mass[1].low,
                         found.least[0], found.least[1], t.positive[0], t.positive[1]);
}

/* terms(member, p, q, total of P, its low word, total of Q, its low word, whether masses are
   zero): the sum for parts of two vectors, as a double word, on the scale of the total of P. */
static PyObject *terms(PyObject *self, PyObject *arguments)
{
    PyObject *p, *q;
    Py_buffer views[2];
    Word mass[2], value;
    int index, zeros;
    (void)self;
    if (!PyArg_ParseTuple(arguments, "iOOddddp", &index, &p, &q, &mass[0].high, &mass[0].low,
                          &mass[1].high, &mass[1].low, &zeros))
        return NULL;
    if (index < 0 || index >= COUNT || take_vectors(p, q, views) < 0)
        return PyErr_Format(PyExc_BufferError, "pass two vectors of one length");
    Py_BEGIN_ALLOW_THREADS
    value = level->sum(&MEMBER_TABLE[index], views[0].buf, views[1].buf,
                       views[0].len / (ptrdiff_t)sizeof(double), mass, zeros);
    Py_END_ALLOW_THREADS
    PyBuffer_Release(&views[0]);
    PyBuffer_Release(&views[1]);
    return Py_BuildValue("dd", value.high, value.low);
}

/* halves(p, q): the sum of the terms of the Jensen-Shannon divergence for parts of two vectors, as a
   double word, and that of what their halves differ by. */
static PyObject *halves(PyObject *self, PyObject *arguments)
{
    PyObject *p, *q;
    Py_buffer views[2];
    Word found[2];
    (void)self;
    if (!PyArg_ParseTuple(arguments, "OO", &p, &q))
        return NULL;
    if (take_vectors(p, q, views) < 0)
        return PyErr_Format(PyExc_BufferError, "pass two vectors of one length");
    Py_BEGIN_ALLOW_THREADS
    level->halves(views[0].buf, views[1].buf, views[0].len / (ptrdiff_t)sizeof(double), found);
    Py_END_ALLOW_THREADS
    PyBuffer_Release(&views[0]);
    PyBuffer_Release(&views[1]);
    return Py_BuildValue("dddd", found[0].high, found[0].low, found[1].high, found[1].low);
}

/* power_terms(of one, order, p, q, total of P, its low word, total of Q, its low word, whether masses
   are zero): what `powers` finds, for parts of two vectors. */
static PyObject *power_terms(PyObject *self, PyObject *arguments)
{
    PyObject *sides[2];
    Py_buffer views[2];
    Word mass[2], sums[4];
    Order o;
    double order;
    int own, zeros;
    (void)self;
    if (!PyArg_ParseTuple(arguments, "idOOddddp", &own, &order, &sides[0], &sides[1], &mass[0].high,
                          &mass[0].low, &mass[1].high, &mass[1].low, &zeros))
        return NULL;
    if (take_vectors(sides[0], sides[1], views) < 0)
        return PyErr_Format(PyExc_BufferError, "pass two vectors of one length");
    const int first = set_order(&o, order, mass, own);
    const Word both[2] = {mass[first], mass[!first]};
    Py_BEGIN_ALLOW_THREADS
    level->power_sum(&o, views[first].buf, views[!first].buf, views[0].len / (ptrdiff_t)sizeof(double), both,
                     own, zeros, sums);
    Py_END_ALLOW_THREADS
    PyBuffer_Release(&views[0]);
    PyBuffer_Release(&views[1]);
    const double total = both[0].high * o.unit;
    return Py_BuildValue("dddd", o.served ? sums[0].high / total : NAN, sums[1].high / total,
                         sums[2].high / total, sums[3].high / total);
}

/* logarithms(x): log x, log(1 + x), exp x and exp(x) - 1 as the loops take them, for tests. */
static PyObject *logarithms(PyObject *self, PyObject *x)
{
    const double value = PyFloat_AsDouble(x);
    (void)self;
    return PyErr_Occurred() ? NULL : Py_BuildValue("dddd", log_of(value), log1p_of(value),
                                                    exp_of(value, 0.0), expm1_of(value, 0.0));
}

/* use(level): compute with these instructions, or the best there are for -1; returns their name. */
static PyObject *use(PyObject *self, PyObject *arguments)
{
    int k;
    (void)self;
    if (!PyArg_ParseTuple(arguments, "i", &k))
        return NULL;
    const int count = count_levels();
    level = &LEVELS[k < 0 || k >= count ? count - 1 : k];
    return PyUnicode_FromString(level->name);
}

static int fill_module(PyObject *module)
{
    const int count = count_levels();
    PyObject *members = PyTuple_New(COUNT), *levels = PyTuple_New(count);
    for (int k = 0; members && k < COUNT; k++)
        PyTuple_SetItem(members, k, Py_BuildValue("sii", MEMBER_TABLE[k].name,
                                                  MEMBER_TABLE[k].symmetric, MEMBER_TABLE[k].kind));
    for (int k = 0; levels && k < count; k++)
        PyTuple_SetItem(levels, k, PyUnicode_FromString(LEVELS[k].name));
    if (PyErr_Occurred() || PyModule_AddObjectRef(module, "MEMBERS", members) < 0
        || PyModule_AddObjectRef(module, "LEVELS", levels) < 0
        || PyModule_AddStringConstant(module, "SOURCE", SOURCE) < 0)
        return -1;
    Py_DECREF(members);
    Py_DECREF(levels);
    level = &LEVELS[count - 1];
    return 0;
}

static PyMethodDef METHODS[] = {
    {"rows", rows, METH_VARARGS, NULL},   {"pairs", pairs, METH_VARARGS, NULL},
    {"tables", tables, METH_VARARGS, NULL}, {"logs", logs, METH_VARARGS, NULL},
    {"vector", vector, METH_VARARGS, NULL}, {"halves", halves, METH_VARARGS, NULL},
    {"masses", masses, METH_VARARGS, NULL}, {"terms", terms, METH_VARARGS, NULL},
    {"powers", powers, METH_VARARGS, NULL}, {"power_terms", power_terms, METH_VARARGS, NULL},
    {"use", use, METH_VARARGS, NULL},     {"logarithms", logarithms, METH_O, NULL},
    {NULL, NULL, 0, NULL},
};

static PyModuleDef_Slot SLOTS[] = {
    {Py_mod_exec, (void *)fill_module},
#ifdef Py_GIL_DISABLED
    {Py_mod_gil, Py_MOD_GIL_NOT_USED},
#endif
    {0, NULL},
};

static struct PyModuleDef MODULE = {PyModuleDef_HEAD_INIT, "_sums", NULL, 0, METHODS, SLOTS, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit__sums(void);
PyMODINIT_FUNC PyInit__sums(void) { return PyModuleDef_Init(&MODULE); }
