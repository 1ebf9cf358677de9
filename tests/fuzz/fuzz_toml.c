/* TOML to values and back from arbitrary bytes: no crash, no leak, no hang; a refusal has a message and a
 * place; what was read can be written, and reads back as the same. */
#include "runner/lib/toml.h"
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* One VM for all inputs: making it takes longer than an input does. */
static struct vm *vm;
static struct fiber *f;

static void check_written(struct value v)
{
    struct buf text = {0}, print = {0};
    struct value again = NULL_VALUE;
    struct error err = {0};
    value_print(f, v, &print);
    if (value_to_toml(f, v, &text, &err) == 0) {
        if (toml_to_value(vm, text.data ? text.data : "", text.len, &again, NULL) < 0)
            abort();
        if (!value_equals(f, v, again) && !strstr(print.data, "NaN"))
            abort();
        value_release(again);
    }
    error_release(&err);
    buf_release(&text);
    buf_release(&print);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct error err = {0};
    struct value v = NULL_VALUE;
    if (!vm) {
        vm = vm_new(NULL);
        f = fiber_start(vm, NULL_VALUE, 0, NULL, NULL, NULL);
    }
    /* A copy of just this size, so that a byte read behind it is found. */
    char *text = malloc(size ? size : 1);
    memcpy(text, data, size);
    if (toml_to_value(vm, text, size, &v, &err) < 0) {
        if (!err.message || !*err.message || err.line < 1 || err.col < 1)
            abort();
    } else {
        check_written(v);
    }
    error_release(&err);
    value_release(v);
    free(text);
    return 0;
}
