/* System, Thread, Random, UUID, InetAddress, Locale, TimeUnit, and StringUtils as scripts import it.
 *
 * Small classes that scripts use beside Jenkins' own. What would reach out of the script (exit, sleep,
 * processes) is refused in the sandbox's words, with the step that does it. */
#include "runner/lib/boxed.h"
#include "runner/lib/date.h"
#include "runner/lib/number.h"
#include "runner/lib/ops.h"
#include "runner/lib/tables.h"
#include "runner/lib/text.h"
#include "base/hash.h"
#include <stdio.h>
#include <math.h>
#include <string.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

/* ---- System */

NATIVE(system_millis)
{
    return give(out, value_long(wall_ms()));
}

NATIVE(system_nanos)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return give(out, value_long(now.tv_sec * 1000000000LL + now.tv_nsec));
}

NATIVE(system_getenv)
{
    if (argc) {
        TEXT(name, argv[0]);
        const char *text = getenv(name->data);
        return give(out, text ? string_from(text) : NULL_VALUE);
    }
    *out = map_new(fiber_vm(f));
    for (char **e = environ; *e; e++) {
        const char *equals = strchr(*e, '=');
        if (!equals)
            continue;
        _cleanup_(value_release_ptr) struct value key = string_new(*e, (size_t)(equals - *e)),
                                                  v = string_from(equals + 1);
        map_set(AS_MAP(*out), key, v);
    }
    return CALL_OK;
}

/* What a JVM on Linux would say; no version of Java is claimed. */
static const char *property(const char *name, char *space, size_t n)
{
    static const struct {
        const char *name, *value, *env;
    } rows[] = {
        {"line.separator", "\n", NULL}, {"file.separator", "/", NULL},    {"path.separator", ":", NULL},
        {"os.name", "Linux", NULL},     {"file.encoding", "UTF-8", NULL}, {"java.io.tmpdir", "/tmp", NULL},
        {"user.home", NULL, "HOME"},    {"user.name", NULL, "USER"},
    };
    struct utsname uts;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        if (strcmp(rows[i].name, name) == 0)
            return rows[i].env ? getenv(rows[i].env) : rows[i].value;
    }
    if (strcmp(name, "user.dir") == 0)
        return getcwd(space, n);
    if ((strcmp(name, "os.arch") == 0 || strcmp(name, "os.version") == 0) && uname(&uts) == 0) {
        snprintf(space, n, "%s",
                 name[3] == 'v'                       ? uts.release
                 : strcmp(uts.machine, "x86_64") == 0 ? "amd64"
                                                      : uts.machine);
        return space;
    }
    return NULL;
}

NATIVE(system_get_property)
{
    char space[4096];
    TEXT(name, argv[0]);
    const char *text = property(name->data, space, sizeof(space));
    return give(out, text ? string_from(text) : argc > 1 ? value_retain(argv[1]) : NULL_VALUE);
}

NATIVE(system_line_separator)
{
    return give(out, string_from("\n"));
}

NATIVE(system_exit)
{
    return vm_throw(f, "RejectedAccessException",
                    "Scripts not permitted to use staticMethod java.lang.System exit int");
}

/* Addresses are aligned to sixteen bytes: the low bits tell nothing. */
NATIVE(system_identity)
{
    return give(out, value_int((int32_t)((uintptr_t)(argv[0].tag == VAL_OBJECT ? argv[0].u.o : NULL) >> 4)));
}

NATIVE(thread_sleep)
{
    return vm_throw(
        f, "RejectedAccessException",
        "Scripts not permitted to use staticMethod java.lang.Thread sleep long: use the sleep step");
}

/* The name that CPS threads have. */
NATIVE(thread_current)
{
    return give(out, boxed_new(f, "Thread", "Running CpsFlowExecution"));
}

NATIVE(inet_local)
{
    char name[256] = "localhost";
    gethostname(name, sizeof(name) - 1);
    return give(out, boxed_new(f, "InetAddress", name));
}

NATIVE(locale_new)
{
    TEXT_HOLD(hold);
    return give(out, boxed_new(f, "Locale", argc ? value_text(f, argv[0], &hold) : "en_US"));
}

/* ---- Random: Java's generator, so that a seed gives the same numbers */

/* [java.util.Random.next]: the same linear congruential generator, 48 bits of state. */
static int32_t random_bits(uint64_t *state, int bits)
{
    *state = (*state * 0x5deece66dull + 0xb) & ((1ull << 48) - 1);
    return (int32_t)(*state >> (48 - bits));
}

struct random {
    uint64_t seed; /* first: the other methods know but it */
    double kept;   /* the second of a pair of gaussians */
    bool has_kept;
};

NATIVE(random_next_gaussian)
{
    struct random *r = AS_NATIVE(self)->data;
    if (r->has_kept) {
        r->has_kept = false;
        return give(out, value_double(r->kept));
    }
    double v[2], square;
    do {
        for (int i = 0; i < 2; i++) {
            int64_t high = random_bits(&r->seed, 26);
            v[i] = 2 * ((double)((high << 27) + random_bits(&r->seed, 27)) * 0x1.0p-53) - 1;
        }
        square = v[0] * v[0] + v[1] * v[1];
    } while (square >= 1 || square == 0);
    double scale = sqrt(-2 * log(square) / square);
    r->kept = v[1] * scale;
    r->has_kept = true;
    return give(out, value_double(v[0] * scale));
}

NATIVE(random_new)
{
    int64_t seed = argc ? 0 : (int64_t)random_word();
    if (argc && !value_int_arg(argv[0], &seed))
        return CALL_NONE;
    struct random *state = xcalloc(1, sizeof(*state));
    state->seed = ((uint64_t)seed ^ 0x5deece66dull) & ((1ull << 48) - 1);
    return give(out, native_new(fiber_vm(f), vm_class(fiber_vm(f), "Random"), state));
}

/* The loop drops what would make small results likelier, as Java's does: the sequence depends on it. */
NATIVE(random_next_int)
{
    uint64_t *state = AS_NATIVE(self)->data;
    if (argc == 0)
        return give(out, value_int(random_bits(state, 32)));
    INT_ARG(bound, argv[0]);
    if (bound <= 0 || bound > INT32_MAX)
        return vm_throw(f, "IllegalArgumentException", "bound must be positive");
    if ((bound & -bound) == bound)
        return give(out, value_int((int32_t)((bound * (int64_t)random_bits(state, 31)) >> 31)));
    int32_t bits, result;
    do {
        bits = random_bits(state, 31);
        result = bits % (int32_t)bound;
    } while ((int64_t)bits - result + bound - 1 > INT32_MAX);
    return give(out, value_int(result));
}

NATIVE(random_next_long)
{
    uint64_t *state = AS_NATIVE(self)->data;
    int64_t high = random_bits(state, 32);
    return give(out,
                value_long((int64_t)(((uint64_t)high << 32) + (uint64_t)(int64_t)random_bits(state, 32))));
}

NATIVE(random_next_float)
{
    double d = (double)random_bits(AS_NATIVE(self)->data, 24) * 0x1.0p-24;
    return give(out, (struct value){.tag = VAL_FLOAT, .u.d = d});
}

NATIVE(random_next_double)
{
    uint64_t *state = AS_NATIVE(self)->data;
    int64_t high = random_bits(state, 26);
    return give(out, value_double((double)((high << 27) + random_bits(state, 27)) * 0x1.0p-53));
}

NATIVE(random_next_boolean)
{
    return give(out, value_bool(random_bits(AS_NATIVE(self)->data, 1) != 0));
}

/* ---- UUID */

/* Version 4, variant 2 (RFC 9562). */
NATIVE(uuid_random)
{
    uint64_t a = random_word(), b = random_word();
    char text[40];
    a = (a & ~0xf000ull) | 0x4000;
    b = (b & ~(3ull << 62)) | 2ull << 62;
    snprintf(text, sizeof(text), "%08x-%04x-%04x-%04x-%012llx", (unsigned)(a >> 32),
             (unsigned)(a >> 16 & 0xffff), (unsigned)(a & 0xffff), (unsigned)(b >> 48),
             (unsigned long long)(b & 0xffffffffffffull));
    return give(out, boxed_new(f, "UUID", text));
}

NATIVE(uuid_from_string)
{
    TEXT(s, argv[0]);
    bool ok = s->len == 36;
    for (size_t i = 0; ok && i < 36; i++)
        ok = (i == 8 || i == 13 || i == 18 || i == 23) ? s->data[i] == '-'
                                                       : strchr("0123456789abcdefABCDEF", s->data[i]) != NULL;
    return ok ? give(out, boxed_new(f, "UUID", s->data))
              : vm_throw(f, "IllegalArgumentException", "Invalid UUID string: %s", s->data);
}

/* ---- TimeUnit: NANOSECONDS … DAYS by name */

static const struct {
    const char *name, *method;
    int64_t nanos;
} units[] = {{"NANOSECONDS", "toNanos", 1},
             {"MICROSECONDS", "toMicros", 1000},
             {"MILLISECONDS", "toMillis", 1000000},
             {"SECONDS", "toSeconds", 1000000000},
             {"MINUTES", "toMinutes", 60 * 1000000000LL},
             {"HOURS", "toHours", 3600 * 1000000000LL},
             {"DAYS", "toDays", 86400 * 1000000000LL}};

static int64_t unit_nanos(const char *name)
{
    for (size_t i = 0; i < ARRAY_LEN(units); i++) {
        if (strcmp(units[i].name, name) == 0)
            return units[i].nanos;
    }
    return 1;
}

/* Towards a larger unit it truncates, towards a smaller one it saturates. */
static enum call_status convert(struct value self, struct value amount, int64_t to, struct value *out)
{
    INT_ARG(n, amount);
    int64_t from = unit_nanos(boxed_text(self));
    int64_t many;
    if (from < to)
        many = n / (to / from);
    else if (__builtin_mul_overflow(n, from / to, &many))
        many = n < 0 ? INT64_MIN : INT64_MAX; /* TimeUnit saturates */
    return give(out, value_long(many));
}

#define UNIT_METHOD(fn, nanos)                                                                               \
    NATIVE(fn)                                                                                               \
    {                                                                                                        \
        return convert(self, argv[0], nanos, out);                                                           \
    }
UNIT_METHOD(unit_to_nanos, 1)
UNIT_METHOD(unit_to_micros, 1000)
UNIT_METHOD(unit_to_millis, 1000000)
UNIT_METHOD(unit_to_seconds, 1000000000)
UNIT_METHOD(unit_to_minutes, 60 * 1000000000LL)
UNIT_METHOD(unit_to_hours, 3600 * 1000000000LL)
UNIT_METHOD(unit_to_days, 86400 * 1000000000LL)

NATIVE(unit_value_of)
{
    TEXT(name, argv[0]);
    return give(out, boxed_new(f, "TimeUnit", name->data));
}

/* ---- org.apache.commons.lang.StringUtils */

NATIVE(utils_is_blank)
{
    TEXT_HOLD(hold);
    const struct string *s = argv[0].tag == VAL_NULL ? NULL : text_of(f, argv[0], &hold);
    bool blank = true;
    for (size_t i = 0; s && i < s->len && blank; i++)
        blank = rune_is_space((unsigned char)s->data[i]);
    return give(out, value_bool(blank));
}

NATIVE(utils_is_empty)
{
    TEXT_HOLD(hold);
    const struct string *s = argv[0].tag == VAL_NULL ? NULL : text_of(f, argv[0], &hold);
    return give(out, value_bool(!s || s->len == 0));
}

static enum call_status negated(enum call_status status, struct value *out)
{
    if (status == CALL_OK)
        out->u.b = !out->u.b;
    return status;
}

NATIVE(utils_is_not_blank)
{
    return negated(utils_is_blank(f, self, argc, argv, out), out);
}

NATIVE(utils_is_not_empty)
{
    return negated(utils_is_empty(f, self, argc, argv, out), out);
}

#define UTILS_FORWARD(fn, method)                                                                            \
    NATIVE(fn)                                                                                               \
    {                                                                                                        \
        if (argv[0].tag == VAL_NULL)                                                                         \
            return give(out, NULL_VALUE);                                                                    \
        return vm_invoke_sync(f, argv[0], method, argc - 1, argv + 1, out);                                  \
    }
UTILS_FORWARD(utils_trim, "trim")
UTILS_FORWARD(utils_capitalize, "capitalize")
UTILS_FORWARD(utils_contains, "contains")
UTILS_FORWARD(utils_join, "join")
UTILS_FORWARD(utils_left_pad, "padLeft")
UTILS_FORWARD(utils_right_pad, "padRight")
UTILS_FORWARD(utils_replace, "replace")

static const struct native_class classes[] = {
    {.name = "java.lang.System"},
    {.name = "java.lang.Thread", .release = boxed_free},
    {.name = "java.util.Random", .release = free},
    {.name = "java.security.SecureRandom", .super = "Random"},
    {.name = "java.util.UUID", .interfaces = "Comparable", .release = boxed_free},
    {.name = "java.net.InetAddress", .release = boxed_free},
    {.name = "java.util.Locale", .release = boxed_free},
    {.name = "java.util.concurrent.TimeUnit", .super = "Enum", .release = boxed_free},
    {.name = "org.apache.commons.lang.StringUtils"},
    {.name = "java.nio.charset.StandardCharsets"},
};

#define STATIC_ROW(class, name, min, max, fn)                                                                \
    {                                                                                                        \
        class, name, min, max, METHOD_STATIC, fn                                                             \
    }
#define UNIT_ROW(name, fn)                                                                                   \
    {                                                                                                        \
        "TimeUnit", name, 1, 1, 0, fn                                                                        \
    }
#define UTILS_ROW(name, args, fn) STATIC_ROW("StringUtils", name, args, 3, fn)
static const struct native_method methods[] = {
    STATIC_ROW("System", "currentTimeMillis", 0, 0, system_millis),
    STATIC_ROW("System", "nanoTime", 0, 0, system_nanos),
    STATIC_ROW("System", "getenv", 0, 1, system_getenv),
    STATIC_ROW("System", "getProperty", 1, 2, system_get_property),
    STATIC_ROW("System", "lineSeparator", 0, 0, system_line_separator),
    STATIC_ROW("System", "exit", 1, 1, system_exit),
    STATIC_ROW("System", "identityHashCode", 1, 1, system_identity),
    STATIC_ROW("Thread", "sleep", 1, 2, thread_sleep),
    STATIC_ROW("Thread", "currentThread", 0, 0, thread_current),
    {"Thread", "getName", 0, 0, 0, boxed_to_string},
    STATIC_ROW("InetAddress", "getLocalHost", 0, 0, inet_local),
    {"InetAddress", "getHostName", 0, 0, 0, boxed_to_string},
    {"InetAddress", "getCanonicalHostName", 0, 0, 0, boxed_to_string},
    BOXED_ROWS("InetAddress"),
    {"Locale", "<init>", 1, 2, 0, locale_new},
    STATIC_ROW("Locale", "getDefault", 0, 0, locale_new),
    BOXED_ROWS("Locale"),
    {"Random", "<init>", 0, 1, 0, random_new},
    {"SecureRandom", "<init>", 0, 0, 0, random_new},
    {"Random", "nextInt", 0, 1, 0, random_next_int},
    {"Random", "nextLong", 0, 0, 0, random_next_long},
    {"Random", "nextGaussian", 0, 0, 0, random_next_gaussian},
    {"Random", "nextDouble", 0, 0, 0, random_next_double},
    {"Random", "nextFloat", 0, 0, 0, random_next_float},
    {"Random", "nextBoolean", 0, 0, 0, random_next_boolean},
    STATIC_ROW("UUID", "randomUUID", 0, 0, uuid_random),
    STATIC_ROW("UUID", "fromString", 1, 1, uuid_from_string),
    BOXED_ROWS("UUID"),
    BOXED_ROWS("TimeUnit"),
    {"TimeUnit", "name", 0, 0, 0, boxed_to_string},
    STATIC_ROW("TimeUnit", "valueOf", 1, 1, unit_value_of),
    UNIT_ROW("toNanos", unit_to_nanos),
    UNIT_ROW("toMicros", unit_to_micros),
    UNIT_ROW("toMillis", unit_to_millis),
    UNIT_ROW("toSeconds", unit_to_seconds),
    UNIT_ROW("toMinutes", unit_to_minutes),
    UNIT_ROW("toHours", unit_to_hours),
    UNIT_ROW("toDays", unit_to_days),
    UNIT_ROW("sleep", thread_sleep),
    UTILS_ROW("isBlank", 1, utils_is_blank),
    UTILS_ROW("isNotBlank", 1, utils_is_not_blank),
    UTILS_ROW("isEmpty", 1, utils_is_empty),
    UTILS_ROW("isNotEmpty", 1, utils_is_not_empty),
    UTILS_ROW("trim", 1, utils_trim),
    UTILS_ROW("capitalize", 1, utils_capitalize),
    UTILS_ROW("contains", 2, utils_contains),
    UTILS_ROW("join", 1, utils_join),
    UTILS_ROW("leftPad", 2, utils_left_pad),
    UTILS_ROW("rightPad", 2, utils_right_pad),
    UTILS_ROW("replace", 3, utils_replace),
};

LIB_TABLE(system_table, classes, methods);

/* Constants whose values are objects of this file. */
void system_set_statics(struct vm *vm)
{
    static const struct {
        const char *class, *name, *text;
    } rows[] = {
        {"Locale", "ENGLISH", "en"},   {"Locale", "US", "en_US"},      {"Locale", "UK", "en_GB"},
        {"Locale", "ROOT", ""},        {"Locale", "GERMANY", "de_DE"}, {"Locale", "CHINA", "zh_CN"},
        {"Locale", "FRANCE", "fr_FR"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows) + ARRAY_LEN(units); i++) {
        bool unit = i >= ARRAY_LEN(rows);
        const char *name = unit ? units[i - ARRAY_LEN(rows)].name : rows[i].name;
        struct class *c = vm_class(vm, unit ? "TimeUnit" : rows[i].class);
        struct value v = native_new(vm, c, xstrdup(unit ? name : rows[i].text));
        class_set_static(c, name, v);
        value_release(v);
    }
    static const char *const charsets[][2] = {
        {"UTF_8", "UTF-8"}, {"ISO_8859_1", "ISO-8859-1"}, {"US_ASCII", "US-ASCII"}};
    for (size_t i = 0; i < ARRAY_LEN(charsets); i++) {
        struct value v = string_from(charsets[i][1]);
        class_set_static(vm_class(vm, "StandardCharsets"), charsets[i][0], v);
        value_release(v);
    }
    struct value slash = string_from("/");
    class_set_static(vm_class(vm, "File"), "separator", slash);
    value_release(slash);
}
