/* Test reports of tools other than JUnit, read into the same record (runner/state/junit.h). One row of a
 * table a format; the xunit plugin turns each into JUnit's by a style sheet, to the same effect. */
#ifndef RUNNER_STEPS_REPORT_TEST_FORMAT_H
#define RUNNER_STEPS_REPORT_TEST_FORMAT_H

#include "runner/state/junit.h"

struct test_format;
/* By symbol or class of the xunit plugin ("CTest", "CTestType", "NUnit3") or name of a step ("robot"). NULL:
 * unknown. */
const struct test_format *test_format_find(const char *name);
/* As messages name it: "CTest-Version N/A (default)"; borrowed. */
const char *test_format_label(const struct test_format *f);

/* Adds the report's tests. -1: not readable, malformed or without the format's elements; r is as before. */
int test_format_read(const struct test_format *f, const char *path, const char *show, struct junit_results *r,
                     struct error *err);

#endif
