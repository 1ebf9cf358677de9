/* Pods that wait for another node: who gets which, when their time is over, which one goes for want of room.
 */
#include "runner/engine/idle_pods.h"
#include "base/util.h"
#include "tests/unit/check.h"

enum { PODS = 4, LONG_MS = 3600000 };

struct fixture {
    struct loop loop;
    struct idle_pods set;
    struct idle_pod pod[PODS];
    struct idle_pod *over[PODS]; /* in the order in which their time was over */
    size_t n_over;
    json_t *template, *same, *other;
    int cluster, second; /* their addresses */
};

static struct fixture *at_work;

static void expired(struct idle_pod *p)
{
    at_work->over[at_work->n_over++] = p;
}

static int setup(void **state)
{
    struct fixture *f = *state = at_work = xcalloc(1, sizeof(*f));
    assert_int_equal(loop_init(&f->loop, NULL), 0);
    f->set = (struct idle_pods){.loop = &f->loop, .expired = expired};
    f->template = json_pack("{s:i, s:[{s:s}]}", "idleMinutes", 5, "containers", "name", "maven");
    f->same = json_pack("{s:[{s:s}], s:i}", "containers", "name", "maven", "idleMinutes", 5);
    f->other = json_pack("{s:i, s:[{s:s}]}", "idleMinutes", 5, "containers", "name", "node");
    return 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    for (size_t i = 0; i < PODS; i++)
        idle_pod_remove(&f->pod[i]);
    assert_null(f->set.first);
    assert_true(loop_idle(&f->loop));
    loop_release(&f->loop);
    json_decref(f->template);
    json_decref(f->same);
    json_decref(f->other);
    free(f);
    return 0;
}

static void only_its_kind_gets_one_and_once(void **state)
{
    struct fixture *f = *state;
    const struct pod_kind kind = {"x", f->template, &f->cluster}, alike = {"x", f->same, &f->cluster},
                          others[] = {{"y", f->template, &f->cluster},
                                      {"x", f->other, &f->cluster},
                                      {"x", f->template, &f->second},
                                      {"x", NULL, &f->cluster}};
    idle_pods_add(&f->set, &f->pod[0], &kind, LONG_MS);
    for (size_t i = 0; i < ARRAY_LEN(others); i++)
        assert_null(idle_pods_take(&f->set, &others[i]));
    assert_ptr_equal(idle_pods_find(&f->set, &alike), &f->pod[0]);
    assert_ptr_equal(idle_pods_take(&f->set, &alike), &f->pod[0]);
    assert_null(idle_pods_take(&f->set, &alike));
}

/* So that those that are not needed any more come to their end. */
static void the_one_used_last_is_taken_first(void **state)
{
    struct fixture *f = *state;
    const struct pod_kind kind = {"x", f->template, &f->cluster};
    for (size_t i = 0; i < 3; i++)
        idle_pods_add(&f->set, &f->pod[i], &kind, LONG_MS);
    idle_pod_remove(&f->pod[1]);
    assert_ptr_equal(idle_pods_take(&f->set, &kind), &f->pod[2]);
    assert_ptr_equal(idle_pods_take(&f->set, &kind), &f->pod[0]);
}

static void each_has_its_own_time(void **state)
{
    struct fixture *f = *state;
    const struct pod_kind kind = {"x", f->template, &f->cluster};
    idle_pods_add(&f->set, &f->pod[0], &kind, LONG_MS);
    idle_pods_add(&f->set, &f->pod[1], &kind, 20);
    idle_pods_add(&f->set, &f->pod[2], &kind, 1);
    idle_pods_add(&f->set, &f->pod[3], &kind, 1);
    assert_ptr_equal(idle_pods_take(&f->set, &kind), &f->pod[3]); /* used again: it does not end */
    while (f->n_over < 2)
        assert_true(loop_run_once(&f->loop, -1, NULL) >= 0);
    assert_ptr_equal(f->over[0], &f->pod[2]);
    assert_ptr_equal(f->over[1], &f->pod[1]);
    assert_null(f->pod[3].set);
    assert_ptr_equal(idle_pods_take(&f->set, &kind), &f->pod[0]);
}

static void the_one_idle_longest_makes_room(void **state)
{
    struct fixture *f = *state;
    const struct pod_kind kind = {"x", f->template, &f->cluster}, elsewhere = {"x", f->template, &f->second};
    idle_pods_add(&f->set, &f->pod[0], &elsewhere, LONG_MS);
    idle_pods_add(&f->set, &f->pod[1], &kind, LONG_MS);
    idle_pods_add(&f->set, &f->pod[2], &kind, LONG_MS);
    assert_ptr_equal(idle_pods_give_up(&f->set, &f->cluster), &f->pod[1]);
    assert_ptr_equal(idle_pods_give_up(&f->set, &f->cluster), &f->pod[2]);
    assert_null(idle_pods_give_up(&f->set, &f->cluster));
    assert_ptr_equal(f->pod[0].set, &f->set);
}

static void a_label_that_ends_takes_its_own(void **state)
{
    struct fixture *f = *state;
    const struct pod_kind kind = {"x", f->template, &f->cluster}, other = {"y", f->template, &f->cluster};
    idle_pods_add(&f->set, &f->pod[0], &kind, LONG_MS);
    idle_pods_add(&f->set, &f->pod[1], &other, LONG_MS);
    assert_ptr_equal(idle_pods_labelled(&f->set, "x"), &f->pod[0]);
    assert_null(idle_pods_labelled(&f->set, "x"));
    assert_ptr_equal(idle_pods_take(&f->set, &other), &f->pod[1]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(only_its_kind_gets_one_and_once, setup, teardown),
        cmocka_unit_test_setup_teardown(the_one_used_last_is_taken_first, setup, teardown),
        cmocka_unit_test_setup_teardown(each_has_its_own_time, setup, teardown),
        cmocka_unit_test_setup_teardown(the_one_idle_longest_makes_room, setup, teardown),
        cmocka_unit_test_setup_teardown(a_label_that_ends_takes_its_own, setup, teardown),
    };
    return cmocka_run_group_tests_name("idle pods", tests, NULL, NULL);
}
