/* All these formats say the same things by other names: an element is a test; its name, class, time and
 * outcome are attributes or texts of children; a child tells what failed. So a format is a row of names, and
 * one reader goes by them. Lists of names are separated by blanks. */
#include "runner/steps/report/test_format.h"
#include "base/buf.h"
#include "base/utf8.h"
#include "runner/state/xml.h"
#include <string.h>
#include <strings.h>

struct test_format {
    const char *names; /* symbols and classes */
    const char *label;
    const char *roots;  /* of the document; others are refused */
    const char *test;   /* the element of a test */
    const char *title;  /* its attributes or children that name it, in order of preference */
    const char *class;  /* … that name its class */
    const char *suites; /* enclosing elements whose attribute `suite_name` is the class otherwise */
    const char *suite_name;
    const char *outcome;          /* attribute or child that tells the outcome */
    const char *outcome_element;  /* child whose attribute that is, and whose text is the message; or NULL */
    const char *failed, *skipped; /* outcomes, without case */
    const char *failures;         /* children that mean a failure by being there */
    const char *skips;
    const char *message, *details; /* children of a test, at any depth */
    const char *seconds;           /* attribute or child */
    double unit;                   /* of it, in seconds; 0: hh:mm:ss.fff */
    const char *needed;            /* an attribute that a test has and its namesakes have not */
    bool dotted;                   /* the name is that of the class with the test's behind its last dot */
    const char *not_a_test;        /* an attribute that, when "true", says so */
};

static const struct test_format formats[] = {
    {.names = "CTest CTestType",
     .label = "CTest-Version N/A (default)",
     .roots = "Site",
     .test = "Test",
     .title = "Name",
     .class = "Path",
     .outcome = "Status",
     .failed = "failed",
     .skipped = "notrun",
     .needed = "Status",
     .details = "Value",
     .seconds = "Execution_Time",
     .unit = 1},
    {.names = "NUnit2 NUnitJunitHudsonTestType nunit2",
     .label = "NUnit-Version N/A (default)",
     .roots = "test-results",
     .test = "test-case",
     .dotted = true,
     .title = "name",
     .suites = "test-suite",
     .suite_name = "name",
     .outcome = "result success executed",
     .failed = "failure error failed false cancelled",
     .skipped = "ignored skipped inconclusive notrunnable",
     .failures = "failure",
     .skips = "reason",
     .message = "message",
     .details = "stack-trace",
     .seconds = "time",
     .unit = 1},
    {.names = "NUnit3 NUnit3TestType nunit",
     .label = "NUnit3-Version N/A (default)",
     .roots = "test-run test-results",
     .test = "test-case",
     .title = "name",
     .class = "classname",
     .suites = "test-suite",
     .suite_name = "fullname name",
     .outcome = "result success executed",
     .failed = "failed failure error false",
     .skipped = "skipped ignored inconclusive notrunnable",
     .failures = "failure",
     .message = "message",
     .details = "stack-trace",
     .seconds = "duration time",
     .unit = 1},
    {.names = "MSTest MSTestJunitHudsonTestType mstest",
     .label = "MSTest-Version N/A (default)",
     .roots = "TestRun",
     .test = "UnitTestResult",
     .title = "testName",
     .class = "testId",
     .outcome = "outcome",
     .failed = "failed error timeout aborted",
     .skipped = "notexecuted inconclusive notrunnable disconnected pending",
     .failures = "ErrorInfo",
     .message = "Message",
     .details = "StackTrace",
     .seconds = "duration",
     .unit = 0},
    {.names = "xUnitDotNet XUnitDotNetTestType",
     .label = "xUnit.Net-v2 (default)",
     .roots = "assemblies assembly",
     .test = "test",
     .title = "method name",
     .class = "type",
     .suites = "collection class assembly",
     .suite_name = "name",
     .outcome = "result",
     .failed = "fail",
     .skipped = "skip notrun",
     .failures = "failure",
     .message = "message",
     .details = "stack-trace",
     .seconds = "time",
     .unit = 1},
    {.names = "TestNG testNG",
     .label = "TestNG",
     .roots = "testng-results",
     .test = "test-method",
     .title = "name",
     .suites = "class",
     .suite_name = "name",
     .outcome = "status",
     .failed = "fail",
     .skipped = "skip",
     .message = "message",
     .details = "full-stacktrace",
     .seconds = "duration-ms",
     .unit = 0.001,
     .not_a_test = "is-config"},
    {.names = "robot",
     .label = "Robot Framework",
     .roots = "robot",
     .test = "test",
     .title = "name",
     .suites = "suite",
     .suite_name = "name",
     .outcome = "status",
     .outcome_element = "status",
     .failed = "fail",
     .skipped = "skip not_run",
     .seconds = "elapsed",
     .unit = 1},
    {.names = "BoostTest BoostTestJunitHudsonTestType",
     .label = "BoostTest-1.x (default)",
     .roots = "TestLog",
     .test = "TestCase",
     .title = "name",
     .suites = "TestSuite",
     .suite_name = "name",
     .failures = "Error FatalError Exception",
     .message = "Error FatalError Exception",
     .seconds = "TestingTime",
     .unit = 1e-6,
     .outcome = "skipped",
     .skipped = "yes"},
    {.names = "QtTest QTestLibType",
     .label = "QTestLib-4.x/5.x (default)",
     .roots = "TestCase",
     .test = "TestFunction",
     .title = "name",
     .suites = "TestCase",
     .suite_name = "name",
     .outcome = "type",
     .outcome_element = "Incident",
     .failed = "fail xpass",
     .skipped = "skip",
     .message = "Description",
     .seconds = "msecs",
     .unit = 0.001},
    {.names = "CppUnit CppUnitJunitHudsonTestType",
     .label = "CppUnit-1.12.1 (default)",
     .roots = "TestRun",
     .test = "Test FailedTest",
     .title = "Name",
     .failures = "Message FailureType",
     .message = "Message",
     .details = "Location"},
    {.names = "UnitTest UnitTestJunitHudsonTestType",
     .label = "UnitTest++-1.x (default)",
     .roots = "unittest-results",
     .test = "test",
     .title = "name",
     .class = "suite",
     .failures = "failure",
     .message = "failure",
     .seconds = "time",
     .unit = 1},
    {.names = "Valgrind ValgrindJunitHudsonTestType",
     .label = "Valgrind-Version N/A (default)",
     .roots = "valgrindoutput",
     .test = "error",
     .title = "unique",
     .class = "kind",
     .failures = "kind",
     .message = "what text",
     .details = "fn"},
    {.names = "JUnit JUnitType GoogleTest GoogleTestType PHPUnit PHPUnitJunitHudsonTestType AUnit "
              "AUnitJunitHudsonTestType Check CheckType Cppcheck GTester Custom CustomType NodeJS Catch2 "
              "junit",
     .label = "JUnit"},
};

const struct test_format *test_format_find(const char *name)
{
    for (size_t i = 0; i < ARRAY_LEN(formats); i++)
        if (str_in_words(formats[i].names, name))
            return &formats[i];
    return NULL;
}

const char *test_format_label(const struct test_format *f)
{
    return f->label;
}

/* ---- reading */

struct reader {
    const struct test_format *format;
    struct junit_results *results;
    struct junit_suite suite;
    VEC(struct junit_case) cases;
    struct junit_case now;
    VEC(const char *) suites; /* names of the open ones */
    VEC(int) suite_depths;
    struct buf text;
    int test_depth;        /* 0: outside of a test */
    const char *measure;   /* CTest: name of the open NamedMeasurement */
    VEC(const char *) ids; /* MSTest: id, class name, … from the test definitions */
    const char *definition;
};

static const char *keep(struct reader *r, const char *text)
{
    return text ? arena_strdup(&r->results->arena, text) : NULL;
}

/* The first attribute of the list that is there and not empty. */
static const char *first_attribute(const char *list, const char **attributes)
{
    for (; list && *list; list += strspn(list, " ")) {
        size_t n = strcspn(list, " ");
        for (const char **a = attributes; *a; a += 2)
            if (strlen(a[0]) == n && memcmp(a[0], list, n) == 0 && *a[1])
                return a[1];
        list += n;
    }
    return NULL;
}

/* Seconds, in the unit, or as hh:mm:ss.fff.
 * Each colon moves what was read so far one place up. */
static double seconds_of(const struct test_format *f, const char *text)
{
    double total = 0;
    for (;;) {
        char *end;
        double part = strtod(text, &end);
        total = total * 60 + (part > 0 && part < 1e12 ? part : 0);
        if (*end != ':' || f->unit)
            return f->unit ? total * f->unit : total;
        text = end + 1;
    }
}

/* A failure stays one, whatever a later child says. */
static void note_outcome(struct reader *r, const char *outcome)
{
    const struct test_format *f = r->format;
    if (!outcome)
        return;
    if (str_in_words_any_case(f->failed, outcome))
        r->now.status = JUNIT_FAILED;
    else if (str_in_words_any_case(f->skipped, outcome) && r->now.status == JUNIT_PASSED)
        r->now.status = JUNIT_SKIPPED;
}

/* What comes as an attribute is known now, the rest when children end. */
static void test_start(struct reader *r, struct xml *x, const char **attributes)
{
    const struct test_format *f = r->format;
    const char *skip = f->not_a_test ? xml_attribute(attributes, f->not_a_test) : NULL;
    const char *seconds = first_attribute(f->seconds, attributes),
               *executed = xml_attribute(attributes, "executed");
    if ((skip && strcmp(skip, "true") == 0) || (f->needed && !xml_attribute(attributes, f->needed)))
        return;
    r->test_depth = x->depth;
    r->now = (struct junit_case){.name = keep(r, first_attribute(f->title, attributes)),
                                 .class_name = keep(r, first_attribute(f->class, attributes))};
    if (!r->now.class_name && r->suites.len)
        r->now.class_name = r->suites.items[r->suites.len - 1];
    if (seconds)
        r->now.seconds = seconds_of(f, seconds);
    if (!f->outcome_element)
        note_outcome(r, first_attribute(f->outcome, attributes));
    if (executed && strcasecmp(executed, "false") == 0)
        r->now.status = JUNIT_SKIPPED;
}

/* "a.b.C.test(1.5)" and "C::test": the class is what stands before the last dot, arguments aside. */
static void split_name(struct reader *r)
{
    const char *name = r->now.name, *colons = strstr(name, "::");
    const char *at = colons ? colons : memrchr(name, '.', strcspn(name, "(\""));
    if (at && at != name && at[colons ? 2 : 1]) {
        r->now.class_name = arena_strndup(&r->results->arena, name, (size_t)(at - name));
        r->now.name = at + (colons ? 2 : 1);
    }
}

/* A test without any name is one all the same: it counts. */
static void test_end(struct reader *r)
{
    r->test_depth = 0;
    if (!r->now.name)
        r->now.name = "";
    if (!r->now.class_name || r->format->dotted)
        split_name(r);
    if (!r->now.class_name)
        r->now.class_name = r->suite.name;
    vec_push(&r->cases, r->now);
}

/* Robot's keywords have a status, too: the test's own is its child. */
static bool tells_outcome(const struct reader *r, const struct xml *x, const char *name)
{
    return r->format->outcome_element && x->depth == r->test_depth + 1 &&
           strcmp(name, r->format->outcome_element) == 0;
}

static void child_start(struct reader *r, const struct xml *x, const char *name, const char **attributes)
{
    const struct test_format *f = r->format;
    const char *message = xml_attribute(attributes, "message");
    if (str_in_words(f->failures, name)) {
        r->now.status = JUNIT_FAILED;
        if (message && !r->now.message)
            r->now.message = keep(r, message);
    }
    if (tells_outcome(r, x, name)) {
        const char *seconds = first_attribute(f->seconds, attributes);
        note_outcome(r, first_attribute(f->outcome, attributes));
        if (seconds)
            r->now.seconds = seconds_of(f, seconds);
    }
    if (strcmp(name, "Duration") == 0 && first_attribute(f->seconds, attributes))
        r->now.seconds = seconds_of(f, first_attribute(f->seconds, attributes));
    if (strcmp(name, "NamedMeasurement") == 0)
        r->measure = keep(r, xml_attribute(attributes, "name"));
}

/* MSTest keeps classes behind the results, by the test's id. */
static void define(struct reader *r, const char *name, const char **attributes)
{
    if (strcmp(name, "UnitTest") == 0) {
        r->definition = keep(r, xml_attribute(attributes, "id"));
    } else if (strcmp(name, "TestMethod") == 0 && r->definition) {
        const char *class = xml_attribute(attributes, "className");
        size_t n = class ? strcspn(class, ",") : 0; /* "Shop.CartTest, Shop, Version=…" */
        vec_push(&r->ids, r->definition);
        vec_push(&r->ids, arena_strndup(&r->results->arena, class ? class : "", n));
    }
}

static void element_start(struct xml *x, const char *name, const char **attributes)
{
    struct reader *r = x->data;
    const struct test_format *f = r->format;
    buf_clear(&r->text);
    if (x->depth == 1 && !str_in_words(f->roots, name))
        xml_stop(x, "the root element is not that of such a report");
    else if (r->test_depth)
        child_start(r, x, name, attributes);
    else if (str_in_words(f->test, name))
        test_start(r, x, attributes);
    else if (str_in_words(f->suites, name)) {
        const char *suite = first_attribute(f->suite_name, attributes);
        vec_push(&r->suites, keep(r, suite ? suite : ""));
        vec_push(&r->suite_depths, x->depth);
    } else {
        define(r, name, attributes);
    }
    if (r->cases.len > JUNIT_MAX_CASES)
        xml_stop(x, "more tests than a report can have");
}

static const char *taken_text(struct reader *r)
{
    const char *text = r->text.data ? r->text.data : "";
    size_t n = utf8_valid(text, r->text.len);
    while (n && strchr(" \t\r\n", text[n - 1]))
        n--;
    while (n && strchr(" \t\r\n", *text)) {
        text++;
        n--;
    }
    return n ? arena_strndup(&r->results->arena, text, n) : NULL;
}

/* Order counts: a CTest measurement's Value is the time, any other's is the output. */
static void child_end(struct reader *r, const struct xml *x, const char *name)
{
    const struct test_format *f = r->format;
    const char *text = taken_text(r);
    if (!text)
        return;
    if (str_in_words(f->title, name) && !r->now.name)
        r->now.name = text;
    else if (str_in_words(f->class, name) && !r->now.class_name)
        r->now.class_name = text;
    else if (str_in_words(f->seconds, name))
        r->now.seconds = seconds_of(f, text);
    else if (r->measure && strcmp(name, "Value") == 0 && strcmp(r->measure, "Execution Time") == 0)
        r->now.seconds = seconds_of(f, text);
    else if (r->measure)
        ;
    else if (!r->now.message && (str_in_words(f->message, name) || tells_outcome(r, x, name)))
        r->now.message = text;
    else if (str_in_words(f->details, name) && !r->now.details)
        r->now.details = text;
}

static void element_end(struct xml *x, const char *name)
{
    struct reader *r = x->data;
    if (r->test_depth == x->depth)
        test_end(r);
    else if (r->test_depth)
        child_end(r, x, name);
    else if (r->suites.len && r->suite_depths.items[r->suite_depths.len - 1] == x->depth) {
        r->suites.len--;
        r->suite_depths.len--;
    }
    if (strcmp(name, "NamedMeasurement") == 0)
        r->measure = NULL;
    buf_clear(&r->text);
}

/* Only within tests: the rest of a report may be megabytes of output. */
static void characters(struct xml *x, const char *text, size_t n)
{
    struct reader *r = x->data;
    size_t room = JUNIT_MAX_TEXT - r->text.len;
    if (r->test_depth)
        buf_add(&r->text, text, n < room ? n : room);
}

/* ---- the whole */

static int compare_ids(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* MSTest: results name the id of their test, whose class stands in the definitions behind them. */
static void resolve_classes(struct reader *r)
{
    size_t pairs = r->ids.len / 2;
    if (pairs)
        qsort(r->ids.items, pairs, 2 * sizeof(*r->ids.items), compare_ids);
    for (size_t i = 0; i < r->cases.len && pairs; i++) {
        struct junit_case *t = &r->cases.items[i];
        const char **hit =
            bsearch(&t->class_name, r->ids.items, pairs, 2 * sizeof(*r->ids.items), compare_ids);
        if (hit)
            t->class_name = hit[1];
    }
}

static void add_suite(struct reader *r)
{
    struct junit_totals *t = &r->results->totals;
    for (size_t i = 0; i < r->cases.len; i++) {
        const struct junit_case *c = &r->cases.items[i];
        vec_push(&r->suite.cases, *c);
        t->total++;
        t->passed += c->status == JUNIT_PASSED;
        t->failed += c->status == JUNIT_FAILED;
        t->skipped += c->status == JUNIT_SKIPPED;
        r->results->seconds += c->seconds;
    }
    vec_push(&r->results->suites, r->suite);
}

int test_format_read(const struct test_format *f, const char *path, const char *show,
                     struct junit_results *to, struct error *err)
{
    static const struct xml_handlers handlers = {element_start, element_end, characters};
    struct reader r = {.format = f, .results = to};
    if (!f->roots)
        return junit_parse_file(path, show, to, err);
    r.suite = (struct junit_suite){.name = keep(&r, show), .file = keep(&r, show)};
    int rc = xml_read(path, show, &handlers, &r, err);
    if (!rc) {
        resolve_classes(&r);
        add_suite(&r);
    }
    vec_release(&r.cases);
    vec_release(&r.suites);
    vec_release(&r.suite_depths);
    vec_release(&r.ids);
    buf_release(&r.text);
    return rc;
}
