/*
 * What the compilers spell differently, and nothing about operating systems.
 */
#ifndef PLAT_COMPILER_H
#define PLAT_COMPILER_H

#if defined(__GNUC__) || defined(__clang__)
/* The argument numbers of a printf-like function's format and first value, counted from 1. */
#define PLAT_PRINTF(format_at, values_at) __attribute__((format(printf, format_at, values_at)))
#else
#define PLAT_PRINTF(format_at, values_at)
#endif

#endif
