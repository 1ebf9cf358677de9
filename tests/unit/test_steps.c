/* The catalogue and the table of steps say the same: what is not here says why, and nothing is here
 * unannounced. */
#include "tests/unit/check.h"
#include "parser/catalog.h"
#include "runner/steps/step.h"
#include <string.h>

static void every_supported_step_has_a_function(void **state)
{
    for (size_t i = 0; i < catalog_steps.len; i++) {
        const struct catalog_step *row = &catalog_steps.rows[i];
        bool here = step_find(row->name) != NULL;
        if (here == (row->unsupported == NULL))
            continue;
        fail_msg("step %s %s", row->name,
                 here ? "is called unsupported, but has a row" : "has no row and no reason");
    }
}

static void every_function_is_announced(void **state)
{
    static const char *const names[] = {
#define STEP_ROW(name, fn, flags) name,
#include "runner/steps/rows.inc"
#undef STEP_ROW
    };
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        const struct catalog_step *row = catalog_step(names[i], strlen(names[i]));
        if (!row)
            fail_msg("step %s is not in the catalogue", names[i]);
        if (i && strcmp(names[i - 1], names[i]) >= 0)
            fail_msg("rows.inc is not sorted at %s", names[i]);
        assert_non_null(step_find(names[i]));
        if (row && (row->flags & ENTRY_BLOCK))
            assert_true(step_find(names[i])->flags & STEP_HAS_BODY);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_supported_step_has_a_function),
        cmocka_unit_test(every_function_is_announced),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
