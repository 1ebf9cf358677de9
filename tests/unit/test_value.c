/* Containers: order, lookup, removal, sorting, and freeing of deep and cyclic ones. */
#include "tests/unit/check.h"
#include "runner/lang/vm.h"
#include <stdio.h>
#include <string.h>

static void test_strings(void **state)
{
    struct value s = string_new("a\xff"
                                "b\0c",
                                5);
    assert_int_equal(AS_STRING(s)->len, 7); /* the bad byte became U+FFFD */
    assert_memory_equal(AS_STRING(s)->data,
                        "a\xef\xbf\xbd"
                        "b\0c",
                        7);
    assert_false(AS_STRING(s)->ascii);
    value_release(s);
    struct vm *vm = vm_new(NULL);
    assert_ptr_equal(vm_symbol(vm, "name", 4), vm_symbol(vm, "name!", 4));
    vm_free(vm);
}

static void test_list(void **state)
{
    struct vm *vm = vm_new(NULL);
    struct value v = list_new(vm, 0);
    struct list *l = AS_LIST(v);
    for (int i = 0; i < 100; i++)
        list_push(l, value_int(i));
    list_remove(l, 0);
    list_insert(l, 1, value_int(-1));
    list_set(l, 0, value_int(7));
    assert_int_equal(l->len, 100);
    assert_int_equal(l->items[0].u.i, 7);
    assert_int_equal(l->items[1].u.i, -1);
    assert_int_equal(l->items[99].u.i, 99);
    value_release(v);
    vm_free(vm);
}

static void test_map(void **state)
{
    struct vm *vm = vm_new(NULL);
    struct value v = map_new(vm), got;
    struct map *m = AS_MAP(v);
    char key[16];
    for (int i = 0; i < 1000; i++) {
        snprintf(key, sizeof(key), "k%d", i);
        map_set_str(m, key, value_int(i));
    }
    for (int i = 0; i < 1000; i += 2) {
        struct value k = string_printf("k%d", i);
        assert_true(map_remove(m, k, NULL));
        assert_false(map_get(m, k, &got));
        value_release(k);
    }
    map_set_str(m, "k0", value_int(-1)); /* comes last again */
    assert_int_equal(m->len, 501);
    struct map_slot *slot;
    int n = 0, last = 0;
    for (size_t i = 0; map_next(m, &i, &slot); n++) {
        if (n < 500)
            assert_int_equal(slot->value.u.i, 2 * n + 1);
        last = slot->value.u.i;
    }
    assert_int_equal(n, 501);
    assert_int_equal(last, -1);
    map_set(m, value_int(1), value_int(1));
    assert_false(map_get(m, value_long(1), &got)); /* 1 and 1L are different keys */
    assert_true(map_get(m, value_int(1), &got));
    value_release(v);
    vm_free(vm);
}

static void test_sorted(void **state)
{
    struct vm *vm = vm_new(NULL);
    struct value v = map_new_of(vm, "TreeMap"), out;
    static const int keys[] = {5, 1, 4, 2, 3, 1};
    for (size_t i = 0; i < ARRAY_LEN(keys); i++)
        map_set(AS_MAP(v), value_int(keys[i]), value_int((int)i));
    assert_true(map_remove(AS_MAP(v), value_int(4), &out));
    struct map_slot *slot;
    int last = 0;
    for (size_t i = 0; map_next(AS_MAP(v), &i, &slot);) {
        assert_true(slot->key.u.i > last);
        last = slot->key.u.i;
    }
    assert_int_equal(AS_MAP(v)->len, 4);
    value_release(v);
    vm_free(vm);
}

static void test_deep_and_cyclic(void **state)
{
    struct vm *vm = vm_new(NULL);
    struct value v = list_new(vm, 0);
    for (int i = 0; i < 300000; i++) {
        struct value outer = list_new(vm, 1);
        list_push(AS_LIST(outer), v);
        value_release(v);
        v = outer;
    }
    value_release(v);
    struct value a = list_new(vm, 0), b = map_new(vm);
    list_push(AS_LIST(a), b);
    map_set_str(AS_MAP(b), "a", a);
    value_release(a);
    value_release(b);
    vm_free(vm); /* the leak checker says whether the cycle went */
}

static void test_classes(void **state)
{
    struct vm *vm = vm_new(NULL);
    assert_true(class_is(vm_class(vm, "FileNotFoundException"), vm_class(vm, "Exception")));
    assert_false(class_is(vm_class(vm, "Exception"), vm_class(vm, "IOException")));
    assert_string_equal(class_name(vm_class(vm, "AbortException")), "hudson.AbortException");
    assert_string_equal(class_name(vm_class(vm, "int[]")), "[I");
    assert_string_equal(class_simple_name(vm_class(vm, "String[][]")), "String[][]");
    assert_null(vm_class(vm, "NoSuchClass"));
    assert_ptr_equal(vm_class(vm, "Map.Entry"), vm_class(vm, "java.util.Map$Entry"));
    assert_true(value_instance_of(vm, value_int(1), "Number"));
    vm_free(vm);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_strings),
        cmocka_unit_test(test_list),
        cmocka_unit_test(test_map),
        cmocka_unit_test(test_sorted),
        cmocka_unit_test(test_deep_and_cyclic),
        cmocka_unit_test(test_classes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
