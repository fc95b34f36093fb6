/*
 * Leaving out what Wine, which is not Windows, gets wrong.
 *
 * Only for a defect that was shown with the bare Win32 calls, our code left out. ci/windows.sh sets
 * MCDN_UNDER_WINE; on Windows nothing is left out.
 */
#ifndef WINE_H
#define WINE_H

/* Ends the test as skipped under Wine, saying what is wrong there and what Windows does. */
#define skip_under_wine(wine, windows) wine_skip(__func__, (wine), (windows))
void wine_skip(const char *test, const char *wine, const char *windows);

#endif
