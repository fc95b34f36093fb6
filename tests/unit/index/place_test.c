/* index/place.h: where a server is, as answers tell it. */
#include "index/place.h"

#include <stdlib.h>

#include "expect.h"

static void a_place_is_made_of_its_parts(void **state)
{
    static const struct {
        const char *address;
        uint16_t port;
        const char *id, *text, *rest;
        bool is_local;
    } rows[] = {
        {"10.0.0.1", 7001, "CS1", "10.0.0.1 7001 CS1", " 7001 CS1", false},
        {"127.0.0.1", 1, "a", "127.0.0.1 1 a", " 1 a", true},
        {"localhost", 65535, "x-y", "localhost 65535 x-y", " 65535 x-y", true},
        {"::1", 80, "CS2", "::1 80 CS2", " 80 CS2", true},
        {"fe80::1%eth0", 80, "CS2", "fe80::1%eth0 80 CS2", " 80 CS2", false},
        {"127.0.0.1.example", 80, "CS2", "127.0.0.1.example 80 CS2", " 80 CS2", false},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        struct place place, copy;
        place_init(&place, slice_text(rows[i].address), rows[i].port, slice_text(rows[i].id));
        place_copy(&copy, &place);
        assert_row_slice(rows[i].text, place_text(&copy), rows[i].text);
        assert_row_slice(rows[i].text, place_address(&copy), rows[i].address);
        assert_row_slice(rows[i].text, place_id(&copy), rows[i].id);
        assert_row_slice(rows[i].text, place_rest(&copy), rows[i].rest);
        assert_row_number(rows[i].text, copy.tcp_port, rows[i].port);
        assert_row_number(rows[i].text, copy.is_local, rows[i].is_local);
    }
}

static void the_longest_parts_fit(void **state)
{
    char *address = text_of('h', HOST_SIZE_MAX), *id = text_of('i', SERVER_ID_SIZE_MAX);
    struct place place;
    (void)state;
    place_init(&place, slice_text(address), 65535, slice_text(id));
    assert_int_equal(place.size, PLACE_SIZE_MAX);
    assert_slice(place_address(&place), address);
    assert_slice(place_id(&place), id);
    free(address);
    free(id);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_place_is_made_of_its_parts),
        cmocka_unit_test(the_longest_parts_fit),
    };
    return cmocka_run_group_tests_name("place", tests, NULL, NULL);
}
