/* client/completion.h: commands that Tab completes. (Names need an index: a scenario has one.) */
#include "client/completion.h"

#include "expect.h"

static const char *command(size_t number, bool *takes_file)
{
    static const char *const words[] = {"get", "list", "quit"};
    *takes_file = number == 0;
    return number < COUNT_OF(words) ? words[number] : NULL;
}

static void commands_are_completed(void **state)
{
    static const struct {
        const char *line;
        size_t from, count;
        const char *common;
    } rows[] = {
        {"", 0, 3, ""},         {"g", 0, 1, "get "},   {"get", 0, 1, "get "},
        {"  li", 2, 1, "list"}, {"QU", 0, 1, "quit"},  {"x", 0, 0, NULL},
        {"gets", 0, 0, NULL},   {"list ", 0, 0, NULL}, {"list sa", 0, 0, NULL},
        {"x get", 0, 0, NULL},
    };
    struct completion completion = {.command = command};
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct plat_offers offers = {0};
        completion_complete(&completion, rows[i].line, &offers);
        assert_row_number(rows[i].line, offers.count, rows[i].count);
        if (rows[i].count > 0) {
            assert_row_number(rows[i].line, offers.from, rows[i].from);
            assert_row_slice(rows[i].line, slice_text(offers.common), rows[i].common);
        }
        plat_offers_fini(&offers);
    }
}

static void words_are_commands_in_any_case(void **state)
{
    (void)state;
    assert_true(completion_is_command(slice_text("get"), "get"));
    assert_true(completion_is_command(slice_text("GeT"), "get"));
    assert_false(completion_is_command(slice_text("ge"), "get"));
    assert_false(completion_is_command(slice_text("gett"), "get"));
    assert_false(completion_is_command(slice_text(""), "get"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(commands_are_completed),
        cmocka_unit_test(words_are_commands_in_any_case),
    };
    return cmocka_run_group_tests_name("completion", tests, NULL, NULL);
}
