/* See junit.h. Kept while reading: the open suites, the open test, and the failure or skip inside it.
 *
 * Reports come from whatever a build ran: expat's limits are set in xml.c, texts are cut here, and a
 * million tests are enough. Names are kept as they are written, which the history compares over builds. */
#include "runner/state/junit.h"
#include "base/fs.h"
#include "base/utf8.h"
#include "runner/state/xml.h"
#include <search.h>
#include <string.h>

struct reader {
    struct junit_results *results;
    struct xml *xml;
    const char *show;
    /* Indices into results->suites of the open suites; -1 for one whose name was seen before */
    /* innermost last */
    VEC(int) open;
    int case_depth, note_depth; /* depth of the open testcase and of its failure, error or skipped; 0: none */
    bool init_error;            /* the open note is an <error> of the suite itself */
    struct junit_case now;      /* the open test */
    struct buf text;            /* of the open note, up to JUNIT_MAX_TEXT */
    long cases;
};

static const char *keep(struct reader *r, const char *text)
{
    return text ? arena_strdup(&r->results->arena, text) : NULL;
}

/* "1,234.5" and "0.12": some writers group thousands. */
static double seconds_of(const char *text)
{
    char plain[64];
    size_t n = 0;
    for (; text && *text && n < sizeof(plain) - 1; text++)
        if (*text != ',')
            plain[n++] = *text;
    plain[n] = 0;
    double s = strtod(plain, NULL);
    return s > 0 && s < 1e9 ? s : 0;
}

/* ---- which suites were read */

struct moment { /* the arena's, as its texts */
    const char *timestamp, *name, *id, *file;
};

static int compare_texts(const char *a, const char *b)
{
    return a && b ? strcmp(a, b) : (a != NULL) - (b != NULL);
}

static int compare_moments(const void *a, const void *b)
{
    const struct moment *x = a, *y = b;
    int order = strcmp(x->timestamp, y->timestamp);
    order = order ? order : strcmp(x->name, y->name);
    return order ? order : compare_texts(x->id, y->id);
}

/* People give both TEST-*.xml and TESTS-TestSuites.xml: the same suite of the same moment counts once. Within
 * one file suites of one name are kept apart. */
static bool seen_before(struct reader *r, const struct junit_suite *s)
{
    if (!s->timestamp)
        return false;
    struct moment *m = arena_new(&r->results->arena, struct moment);
    *m = (struct moment){s->timestamp, s->name, s->id, s->file};
    struct moment **first = tsearch(m, &r->results->moments, compare_moments);
    return first && strcmp((*first)->file, s->file) != 0;
}

static void forget(struct junit_results *to, const struct junit_suite *s)
{
    struct moment m = {s->timestamp, s->name, s->id, s->file};
    if (s->timestamp)
        tdelete(&m, &to->moments, compare_moments);
}

static void keep_arena(void *moment)
{
}

/* ---- suites and tests */

static void suite_start(struct reader *r, const char **attributes)
{
    const char *name = xml_attribute(attributes, "name"), *package = xml_attribute(attributes, "package");
    struct junit_suite s = {.file = r->show};
    /* [SuiteResult]: ant writes the package apart. */
    if (name && package && *package && !str_has_prefix(name, package))
        s.name = arena_printf(&r->results->arena, "%s.%s", package, name);
    else
        s.name = keep(r, name ? name : path_basename(r->show));
    s.id = keep(r, xml_attribute(attributes, "id"));
    s.timestamp = keep(r, xml_attribute(attributes, "timestamp"));
    if (seen_before(r, &s)) {
        vec_push(&r->open, -1);
        return;
    }
    vec_push(&r->results->suites, s);
    vec_push(&r->open, (int)r->results->suites.len - 1);
}

/* Borrowed until the next suite starts: the array may move. */
static struct junit_suite *open_suite(struct reader *r)
{
    int i = r->open.len ? r->open.items[r->open.len - 1] : -1;
    return i < 0 ? NULL : &r->results->suites.items[i];
}

static void case_start(struct reader *r, const char **attributes)
{
    const struct junit_suite *s = open_suite(r);
    const char *name = xml_attribute(attributes, "name"),
               *class_name = xml_attribute(attributes, "classname");
    r->case_depth = r->xml->depth;
    r->now = (struct junit_case){
        .name = keep(r, name ? name : ""),
        .class_name = keep(r, class_name ? class_name
                              : s        ? s->name
                                         : ""),
        .seconds = seconds_of(xml_attribute(attributes, "time")),
    };
    if (++r->cases > JUNIT_MAX_CASES)
        xml_stop(r->xml, "more tests than a report can have");
}

static void case_end(struct reader *r)
{
    struct junit_suite *s = open_suite(r);
    struct junit_totals *t = &r->results->totals;
    r->case_depth = 0;
    if (!s)
        return;
    vec_push(&s->cases, r->now);
    t->total++;
    t->passed += r->now.status == JUNIT_PASSED;
    t->failed += r->now.status == JUNIT_FAILED;
    t->skipped += r->now.status == JUNIT_SKIPPED;
    t->flaky += r->now.status == JUNIT_PASSED && r->now.flaky;
    r->results->seconds += r->now.seconds;
}

/* A test that has both failed and is marked as skipped is skipped, as in Jenkins. */
static void note_start(struct reader *r, const char *name, const char **attributes)
{
    bool skipped = strcmp(name, "skipped") == 0;
    r->note_depth = r->xml->depth;
    buf_clear(&r->text);
    if (r->now.status == JUNIT_SKIPPED)
        return;
    r->now.status = skipped ? JUNIT_SKIPPED : JUNIT_FAILED;
    const char *message = xml_attribute(attributes, "message");
    /* A failure without a message keeps that of an <error> before it. */
    if (message || skipped)
        r->now.message = keep(r, message);
}

static void note_end(struct reader *r)
{
    r->note_depth = 0;
    if (r->text.len && !r->now.details) /* cut between characters */
        r->now.details =
            arena_strndup(&r->results->arena, r->text.data, utf8_valid(r->text.data, r->text.len));
    if (r->init_error)
        case_end(r);
    r->init_error = false;
}

/* Nesting decides: inside of a note nothing counts, inside of a test only notes, inside of a suite tests,
 * suites and an <error> of its own. Element names come without their prefix. */
static void element_start(struct xml *x, const char *name, const char **attributes)
{
    struct reader *r = x->data;
    bool failed = strcmp(name, "failure") == 0 || strcmp(name, "error") == 0;
    r->xml = x;
    if (x->depth > JUNIT_MAX_DEPTH)
        xml_stop(x, "nested too deep");
    else if (r->note_depth)
        ;
    else if (r->case_depth && (failed || strcmp(name, "skipped") == 0))
        note_start(r, name, attributes);
    else if (r->case_depth)
        r->now.flaky |= strcmp(name, "flakyFailure") == 0 || strcmp(name, "flakyError") == 0;
    else if (strcmp(name, "testsuite") == 0)
        suite_start(r, attributes);
    else if (strcmp(name, "testcase") == 0 && r->open.len)
        case_start(r, attributes);
    else if (strcmp(name, "error") == 0 && r->open.len) {
        /* [SuiteResult]: a suite that could not be begun. */
        const char *init[] = {"name", "<init>", NULL};
        case_start(r, init);
        r->case_depth = 0;
        r->init_error = true;
        note_start(r, name, attributes);
    }
}

static void element_end(struct xml *x, const char *name)
{
    struct reader *r = x->data;
    if (x->depth == r->note_depth)
        note_end(r);
    else if (x->depth == r->case_depth)
        case_end(r);
    else if (!r->case_depth && !r->note_depth && r->open.len && strcmp(name, "testsuite") == 0)
        r->open.len--;
}

static void characters(struct xml *x, const char *text, size_t n)
{
    struct reader *r = x->data;
    size_t room = JUNIT_MAX_TEXT - r->text.len;
    if (r->note_depth)
        buf_add(&r->text, text, n < room ? n : room);
}

/* One failed test that stands for a file. */
static void add_stand_in(struct reader *r, const char *name, const char *details)
{
    const char *suite[] = {"name", path_basename(r->show), NULL}, *test[] = {"name", name, NULL};
    /* The reader's handlers look at the depth of an element; there is none here. */
    struct xml outside = {0};
    r->xml = &outside;
    suite_start(r, suite);
    case_start(r, test);
    r->now.status = JUNIT_FAILED;
    r->now.details = details;
    case_end(r);
}

/* Suites of a file that turned out malformed are taken back: the stand-in says it all. */
static void take_back(struct junit_results *to, size_t suites, const struct junit_totals *totals,
                      double seconds)
{
    for (size_t i = suites; i < to->suites.len; i++) {
        forget(to, &to->suites.items[i]);
        vec_release(&to->suites.items[i].cases);
    }
    to->suites.len = suites;
    to->totals = *totals;
    to->seconds = seconds;
}

/* `why` is the reader's error, with its place; taken over when the file is not called *.xml. */
static int malformed(struct reader *r, const struct error *why, struct error *err)
{
    if (!str_has_suffix(r->show, ".xml"))
        return error_at(err, ERROR_SYNTAX, r->show, why->line, why->col,
                        "%s. Is this really a JUnit report file?", why->message);
    add_stand_in(r, "[failed-to-read]",
                 arena_printf(&r->results->arena, "Failed to read test report file %s\n%s:%d:%d: %s", r->show,
                              r->show, why->line, why->col, why->message));
    return 0;
}

static int read_whole(struct reader *r, const char *path, struct error *err)
{
    static const struct xml_handlers handlers = {element_start, element_end, characters};
    _cleanup_(error_release) struct error why = {0};
    struct junit_results *to = r->results;
    size_t suites = to->suites.len;
    struct junit_totals totals = to->totals;
    double seconds = to->seconds;
    if (xml_read(path, r->show, &handlers, r, &why) == 0)
        return 0;
    take_back(to, suites, &totals, seconds);
    r->open.len = 0;
    return why.kind == ERROR_SYNTAX ? malformed(r, &why, err) : error_set(err, why.kind, "%s", why.message);
}

int junit_parse_file(const char *path, const char *show, struct junit_results *results, struct error *err)
{
    struct reader r = {.results = results};
    struct stat st;
    int rc = 0;
    _cleanup_(buf_release) struct buf clean = {0};
    utf8_clean(&clean, show, strlen(show)); /* it goes into junit.json, which holds nothing but UTF-8 */
    r.show = keep(&r, clean.data ? clean.data : "");
    if (stat(path, &st) == 0 && S_ISREG(st.st_mode) && st.st_size == 0)
        add_stand_in(&r, "[empty]",
                     arena_printf(&results->arena, "Test report file %s was length 0", r.show));
    else
        rc = read_whole(&r, path, err);
    vec_release(&r.open);
    buf_release(&r.text);
    return rc;
}

void junit_results_release(struct junit_results *r)
{
    for (size_t i = 0; i < r->suites.len; i++)
        vec_release(&r->suites.items[i].cases);
    vec_release(&r->suites);
    tdestroy(r->moments, keep_arena);
    arena_release(&r->arena);
    memset(r, 0, sizeof(*r));
}
