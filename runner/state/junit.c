/* The reports are read by expat in pieces, so their size does not matter. Entity declarations are refused: no
 * report has any, and they are how XML files attack their readers. */
#include "runner/state/junit.h"
#include "base/buf.h"
#include "base/fs.h"
#include "base/utf8.h"
#include <errno.h>
#include <expat.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

enum { PIECE = 64 * 1024 };

struct reader {
    struct junit_results *results;
    XML_Parser parser;
    const char *show, *problem;
    int depth;
    /* Indices into results->suites of the open suites; -1 for one whose name was seen before */
    VEC(int) open;
    int case_depth, note_depth; /* depth of the open testcase and of its failure, error or skipped; 0: none */
    bool init_error;            /* the open note is an <error> of the suite itself */
    struct junit_case now;
    struct buf text;
    long cases;
};

static const char *attribute(const XML_Char **attributes, const char *name)
{
    for (; *attributes; attributes += 2)
        if (strcmp(attributes[0], name) == 0)
            return attributes[1];
    return NULL;
}

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

static void stop(struct reader *r, const char *problem)
{
    r->problem = problem;
    XML_StopParser(r->parser, XML_FALSE);
}

static bool same_text(const char *a, const char *b)
{
    return a && b && strcmp(a, b) == 0;
}

/* People give both TEST-*.xml and TESTS-TestSuites.xml: the same suite of the same moment counts once. */
static bool seen_before(const struct reader *r, const struct junit_suite *s)
{
    for (size_t i = 0; i < r->results->suites.len; i++) {
        const struct junit_suite *old = &r->results->suites.items[i];
        if (same_text(old->timestamp, s->timestamp) && strcmp(old->name, s->name) == 0 &&
            str_eq(old->id, s->id) && strcmp(old->file, s->file) != 0)
            return true;
    }
    return false;
}

static void suite_start(struct reader *r, const XML_Char **attributes)
{
    const char *name = attribute(attributes, "name"), *package = attribute(attributes, "package");
    struct junit_suite s = {.file = r->show};
    if (name && package && *package && !str_has_prefix(name, package))
        s.name = arena_printf(&r->results->arena, "%s.%s", package, name);
    else
        s.name = keep(r, name ? name : path_basename(r->show));
    s.id = keep(r, attribute(attributes, "id"));
    s.timestamp = keep(r, attribute(attributes, "timestamp"));
    if (seen_before(r, &s)) {
        vec_push(&r->open, -1);
        return;
    }
    vec_push(&r->results->suites, s);
    vec_push(&r->open, (int)r->results->suites.len - 1);
}

static struct junit_suite *open_suite(struct reader *r)
{
    int i = r->open.len ? r->open.items[r->open.len - 1] : -1;
    return i < 0 ? NULL : &r->results->suites.items[i];
}

static void case_start(struct reader *r, const XML_Char **attributes)
{
    const struct junit_suite *s = open_suite(r);
    const char *name = attribute(attributes, "name"), *class_name = attribute(attributes, "classname");
    r->case_depth = r->depth;
    r->now = (struct junit_case){
        .name = keep(r, name ? name : ""),
        .class_name = keep(r, class_name ? class_name
                              : s        ? s->name
                                         : ""),
        .seconds = seconds_of(attribute(attributes, "time")),
    };
    if (++r->cases > JUNIT_MAX_CASES)
        stop(r, "more tests than a report can have");
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
    r->results->seconds += r->now.seconds;
}

/* A test that has both failed and is marked as skipped is skipped, as in Jenkins. */
static void note_start(struct reader *r, const char *name, const XML_Char **attributes)
{
    bool skipped = strcmp(name, "skipped") == 0;
    r->note_depth = r->depth;
    buf_clear(&r->text);
    if (r->now.status == JUNIT_SKIPPED)
        return;
    r->now.status = skipped ? JUNIT_SKIPPED : JUNIT_FAILED;
    const char *message = attribute(attributes, "message");
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

static void XMLCALL element_start(void *data, const XML_Char *name, const XML_Char **attributes)
{
    struct reader *r = data;
    bool failed = strcmp(name, "failure") == 0 || strcmp(name, "error") == 0;
    if (++r->depth > JUNIT_MAX_DEPTH)
        stop(r, "nested too deep");
    else if (r->note_depth)
        ;
    else if (r->case_depth && (failed || strcmp(name, "skipped") == 0))
        note_start(r, name, attributes);
    else if (r->case_depth)
        ;
    else if (strcmp(name, "testsuite") == 0)
        suite_start(r, attributes);
    else if (strcmp(name, "testcase") == 0 && r->open.len)
        case_start(r, attributes);
    else if (strcmp(name, "error") == 0 && r->open.len) {
        const char *const init[] = {"name", "<init>", NULL};
        case_start(r, (const XML_Char **)init);
        r->case_depth = 0;
        r->init_error = true;
        note_start(r, name, attributes);
    }
}

static void XMLCALL element_end(void *data, const XML_Char *name)
{
    struct reader *r = data;
    if (r->depth == r->note_depth)
        note_end(r);
    else if (r->depth == r->case_depth)
        case_end(r);
    else if (!r->case_depth && !r->note_depth && r->open.len && strcmp(name, "testsuite") == 0)
        r->open.len--;
    r->depth--;
}

static void XMLCALL characters(void *data, const XML_Char *text, int len)
{
    struct reader *r = data;
    size_t room = JUNIT_MAX_TEXT - r->text.len, n = (size_t)len;
    if (r->note_depth)
        buf_add(&r->text, text, n < room ? n : room);
}

static void XMLCALL entity_declared(void *data, const XML_Char *name, int is_parameter, const XML_Char *value,
                                    int length, const XML_Char *base, const XML_Char *system_id,
                                    const XML_Char *public_id, const XML_Char *notation)
{
    stop(data, "it declares entities");
}

static int feed(struct reader *r, int fd)
{
    for (;;) {
        void *piece = XML_GetBuffer(r->parser, PIECE);
        ssize_t n = piece ? read(fd, piece, PIECE) : -1;
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return -1;
        if (XML_ParseBuffer(r->parser, (int)n, n == 0) != XML_STATUS_OK)
            return 1;
        if (n == 0)
            return 0;
    }
}

/* One failed test that stands for a file. */
static void add_stand_in(struct reader *r, const char *name, const char *details)
{
    const char *suite[] = {"name", path_basename(r->show), NULL}, *test[] = {"name", name, NULL};
    suite_start(r, (const XML_Char **)suite);
    case_start(r, (const XML_Char **)test);
    r->now.status = JUNIT_FAILED;
    r->now.details = details;
    case_end(r);
}

/* Suites of a file that turned out malformed are taken back: the stand-in says it all. */
static void take_back(struct junit_results *to, size_t suites, const struct junit_totals *totals,
                      double seconds)
{
    for (size_t i = suites; i < to->suites.len; i++)
        vec_release(&to->suites.items[i].cases);
    to->suites.len = suites;
    to->totals = *totals;
    to->seconds = seconds;
}

static int malformed(struct reader *r, struct error *err)
{
    const char *why = r->problem ? r->problem : XML_ErrorString(XML_GetErrorCode(r->parser));
    int line = (int)XML_GetCurrentLineNumber(r->parser), col = (int)XML_GetCurrentColumnNumber(r->parser) + 1;
    if (!str_has_suffix(r->show, ".xml"))
        return error_at(err, ERROR_SYNTAX, r->show, line, col, "%s. Is this really a JUnit report file?",
                        why);
    add_stand_in(r, "[failed-to-read]",
                 arena_printf(&r->results->arena, "Failed to read test report file %s\n%s:%d:%d: %s", r->show,
                              r->show, line, col, why));
    return 0;
}

static void reader_release(struct reader *r)
{
    XML_ParserFree(r->parser);
    vec_release(&r->open);
    buf_release(&r->text);
}

int junit_parse_file(const char *path, const char *show, struct junit_results *results, struct error *err)
{
    _cleanup_(close_fd) int fd = open(path, O_RDONLY | O_CLOEXEC);
    struct stat st;
    if (fd < 0 || fstat(fd, &st) < 0)
        return error_errno(err, "%s", show);
    struct reader r = {.results = results, .parser = XML_ParserCreate(NULL)};
    size_t suites = results->suites.len;
    struct junit_totals totals = results->totals;
    double seconds = results->seconds;
    int rc = 0;
    r.show = keep(&r, show);
    XML_SetUserData(r.parser, &r);
    XML_SetElementHandler(r.parser, element_start, element_end);
    XML_SetCharacterDataHandler(r.parser, characters);
    XML_SetEntityDeclHandler(r.parser, entity_declared);
    if (S_ISREG(st.st_mode) && st.st_size == 0) {
        add_stand_in(&r, "[empty]", arena_printf(&results->arena, "Test report file %s was length 0", show));
    } else if ((rc = feed(&r, fd)) != 0) {
        take_back(results, suites, &totals, seconds);
        r.open.len = 0;
        rc = rc < 0 ? error_errno(err, "%s", show) : malformed(&r, err);
    }
    reader_release(&r);
    return rc;
}

void junit_results_release(struct junit_results *r)
{
    for (size_t i = 0; i < r->suites.len; i++)
        vec_release(&r->suites.items[i].cases);
    vec_release(&r->suites);
    arena_release(&r->arena);
    memset(r, 0, sizeof(*r));
}
