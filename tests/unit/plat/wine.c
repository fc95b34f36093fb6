#include "wine.h"

#include "testing.h"

void wine_skip(const char *test, const char *wine, const char *windows)
{
    if (getenv("MCDN_UNDER_WINE") == NULL) {
        return;
    }
    print_message("%s: skipped under Wine: %s; Windows %s\n", test, wine, windows);
    skip();
}
